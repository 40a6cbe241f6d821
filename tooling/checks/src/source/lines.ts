/** Tells the line, counted from 1, of an offset in `text`. */
export const lineCounter = (text: string): ((offset: number) => number) => {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return (offset) => breaks.filter((at) => at < offset).length + 1;
};
