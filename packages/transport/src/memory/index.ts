export { memoryBackend, type MemoryBackendOptions } from './backend.ts';
export { memoryNetwork } from './network.ts';
