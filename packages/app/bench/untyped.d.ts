/** Packages that bring no types, as far as they are used here. */
declare module 'split2' {
  export default function split2(): NodeJS.ReadWriteStream;
}
declare module 'byline' {
  const byline: { createStream(): NodeJS.ReadWriteStream };
  export default byline;
}
declare module 'binary-split' {
  export default function binarySplit(splitOn: string): NodeJS.ReadWriteStream;
}
declare module 'length-prefixed-stream' {
  const lengthPrefixedStream: { decode(): NodeJS.ReadWriteStream };
  export default lengthPrefixedStream;
}
