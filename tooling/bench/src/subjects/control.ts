/** What the benchmark tells a program under test, and what that answers. */
export type Order =
  | { readonly do: 'listen' }
  | { readonly do: 'dial'; readonly port: number; readonly connections: number }
  | { readonly do: 'measure' };

/** Memory after a full collection. */
export interface Memory {
  /** Live objects and the buffers they hold. */
  readonly heapBytes: number;
  /** What the process has of the machine. */
  readonly residentBytes: number;
}

/** The two sides that can be measured: each accepts, or dials, and sends back what comes. */
export interface EchoProgram {
  /** Listens on a free port of the loopback interface, and tells it. */
  listen(): Promise<number>;
  /** Opens that many connections. */
  dial(port: number, connections: number): Promise<void>;
}

const memory = (): Memory => {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('Cannot measure memory: node runs without --expose-gc');
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
};

const carryOut = async (program: EchoProgram, order: Order): Promise<unknown> => {
  switch (order.do) {
    case 'listen':
      return program.listen();
    case 'dial':
      return program.dial(order.port, order.connections);
    case 'measure':
      return memory();
  }
};

/** Carries out orders until whoever started this process is gone. */
export const obey = (program: EchoProgram): void => {
  process.on('message', (order: Order) => {
    void carryOut(program, order).then((answer) => process.send?.(answer ?? null));
  });
  process.on('disconnect', () => process.exit(0));
};
