import { badWireCommand, type Program, python, type WireCounts } from '@stack/interop';
import { ip, Namespace } from './network-namespace.ts';

/** Two machines that reach each other. Disposing of it takes all of it away. */
export interface TwoMachines extends AsyncDisposable {
  readonly a: Namespace;
  readonly b: Namespace;
}

/** Two machines with a bad wire between them. */
export interface BadlyWired extends TwoMachines {
  /** What happened so far to what was sent from `a`, and from `b`. */
  counts(): Promise<readonly [a: WireCounts, b: WireCounts]>;
}

let made = 0;

/** Makes two machines with nothing between them; `wire` connects them, or else nothing is left of them. */
const machines = async <Made extends TwoMachines>(
  wire: (a: Namespace, b: Namespace, dispose: () => void) => Promise<Made>,
): Promise<Made> => {
  made += 1;
  const id = `${process.pid}-${made}`;
  const a = new Namespace(`stack-${id}-a`, `s${id}a`, 1);
  let b: Namespace | undefined;
  const dispose = (): void => {
    // A wire goes with either of its ends.
    a[Symbol.dispose]();
    b?.[Symbol.dispose]();
  };
  try {
    b = new Namespace(`stack-${id}-b`, `s${id}b`, 2);
    return await wire(a, b, dispose);
  } catch (error) {
    dispose();
    throw error;
  }
};

const macOf = (at: Namespace): string => {
  const [link] = JSON.parse(at.ip('-j', 'link', 'show', at.device)) as readonly { readonly address: string }[];
  if (link === undefined) throw new Error(`there is no ${at.device} in ${at.name}`);
  return link.address;
};

/**
 * Two machines with a good wire between them. Who is where is known from the start, so that there is nothing on the wire
 * over IPv4 but what tests send.
 */
export const twoMachines = (): Promise<TwoMachines> =>
  machines(async (a, b, dispose) => {
    ip('link', 'add', a.device, 'netns', a.name, 'type', 'veth', 'peer', 'name', b.device, 'netns', b.name);
    for (const at of [a, b]) at.plug();
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const address of [there.address4, there.address6]) {
        here.ip('neigh', 'replace', address, 'lladdr', macOf(there), 'dev', here.device);
      }
    }
    return { a, b, [Symbol.asyncDispose]: async () => dispose() };
  });

/** How bad a wire is, in per cent, and what its chance begins with. */
interface Badness {
  readonly seed: number;
  readonly lost: number;
  readonly late: number;
  readonly twice: number;
}

/** Two machines whose wire is a program that loses, delays and repeats, by its seed, and counts. */
export const badlyWired = (badness: Badness): Promise<BadlyWired> =>
  machines(async (a, b, dispose) => {
    const [command, ...args] = badWireCommand({ ends: [a.device, b.device], ...badness });
    const wire: Program = await a.start(command, args);
    try {
      await wire.nextLine();
      a.ip('link', 'set', b.device, 'netns', b.name);
      for (const at of [a, b]) at.plug();
    } catch (error) {
      await wire[Symbol.asyncDispose]();
      throw error;
    }
    return {
      a,
      b,
      counts: async () => {
        await wire.write('\n');
        const [fromA, fromB] = JSON.parse(await wire.nextLine()) as readonly [WireCounts, WireCounts];
        return [fromA, fromB];
      },
      [Symbol.asyncDispose]: async () => {
        await wire[Symbol.asyncDispose]();
        dispose();
      },
    };
  });

const reasonOf = async (attempt: () => Promise<void>): Promise<string | undefined> => {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Why this machine cannot have machines of its own; `undefined` where it can. Needs Linux, `ip`, and to be root. */
export const whyNoMachines: string | undefined =
  process.platform === 'linux'
    ? await reasonOf(async () => {
        await using _machines = await twoMachines();
      })
    : `${process.platform} has no network namespaces`;

/** Why their wire cannot be bad by the kernel's own means (`tc … netem`). */
export const whyNoNetem: string | undefined =
  whyNoMachines ??
  (await reasonOf(async () => {
    await using wired = await twoMachines();
    await wired.a.run('tc', 'qdisc', 'replace', 'dev', wired.a.device, 'root', 'netem', 'delay', '1ms');
  }));

/** Why their wire cannot be a program. */
export const whyNoBadWire: string | undefined =
  whyNoMachines ??
  (python === undefined
    ? 'no python3 on this machine'
    : await reasonOf(async () => {
        await using _wired = await badlyWired({ seed: 1, lost: 0, late: 0, twice: 0 });
      }));

/** What the name of a test ends in when it cannot run here, so that the report says why it was skipped. */
export const skipped = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);
