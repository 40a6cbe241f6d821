import type { Link } from './link.ts';
import type { Random } from './random.ts';
import type { VirtualListener } from './virtual-listener.ts';

/** What travels over a wire. */
export type Segment =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
  | {
      readonly kind: 'open';
      readonly listener: VirtualListener;
      /** The listener need not wait for it any more. */
      readonly settled: () => void;
    };

/** The most bytes of the next segment: up to the link's bound, every order of magnitude as likely as any other. */
export const segmentBytes = ({ maxSegmentBytes }: Link, random: Random): number =>
  maxSegmentBytes === Infinity ? Infinity : Math.floor(maxSegmentBytes ** random.unit());

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
};

/** Segments that arrived together; data next to data is joined now and then, if `random` is given. */
export const joined = (segments: readonly Segment[], random: Random | undefined): readonly Segment[] => {
  if (random === undefined || segments.length < 2) return segments;
  const result: Segment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    if (last?.kind === 'data' && segment.kind === 'data' && random.chance(0.5)) {
      result[result.length - 1] = { kind: 'data', bytes: concat(last.bytes, segment.bytes) };
    } else result.push(segment);
  }
  return result;
};
