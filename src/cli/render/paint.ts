type Painter = (text: string) => string;

export interface Paint {
  red: Painter;
  green: Painter;
  yellow: Painter;
  cyan: Painter;
  dim: Painter;
  bold: Painter;
}

/** Six styles need no library, and help and errors then load none. */
export function paint(color: boolean): Paint {
  const style = (open: number, close: number): Painter =>
    color ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text;
  return {
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
    dim: style(2, 22),
    bold: style(1, 22),
  };
}
