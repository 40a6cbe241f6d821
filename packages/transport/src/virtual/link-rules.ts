import { calm, checkLink, type Link, type LinkOptions } from './link.ts';

/** One end of a link, as rules name it: `is` tells whether it is meant by a name. */
export interface LinkEnd {
  is(place: string): boolean;
}

interface Rule {
  /** Absent: from anywhere. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  said: Partial<Link>;
}

const matches = (place: string | undefined, end: LinkEnd): boolean => place === undefined || end.is(place);

/** What was said of which links. Of each property the last word counts, whether it was said of one link or of all. */
export class LinkRules {
  /** What holds where nothing else was said since. */
  #everywhere: Link;
  #rules: Rule[] = [];
  /** Goes up with every change, so that what was looked up can be kept. */
  version = 0;

  constructor(everywhere: LinkOptions) {
    this.#everywhere = { ...calm, ...checkLink(everywhere) };
  }

  /** Says something of every link that leads from one place to another. */
  set(from: string | undefined, to: string | undefined, options: LinkOptions): void {
    const said = checkLink(options);
    this.version += 1;
    for (const rule of this.#rules) {
      const isOverruled = (from === undefined || from === rule.from) && (to === undefined || to === rule.to);
      if (isOverruled) rule.said = without(rule.said, said);
    }
    this.#rules = this.#rules.filter((rule) => Object.keys(rule.said).length > 0);
    if (from === undefined && to === undefined) this.#everywhere = { ...this.#everywhere, ...said };
    else this.#rules.push({ from, to, said });
  }

  /** The link from one end to another. */
  of(from: LinkEnd, to: LinkEnd): Link {
    const said = this.#rules.filter((rule) => matches(rule.from, from) && matches(rule.to, to));
    // Most links are like any other: all of those share one object.
    return said.length === 0 ? this.#everywhere : Object.assign({}, this.#everywhere, ...said.map((rule) => rule.said));
  }
}

const without = (said: Partial<Link>, names: Partial<Link>): Partial<Link> =>
  Object.fromEntries(Object.entries(said).filter(([name]) => !Object.hasOwn(names, name)));
