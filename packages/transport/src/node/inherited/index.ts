export { inheritedSockets, type InheritedSocket } from './inherited-sockets.ts';
