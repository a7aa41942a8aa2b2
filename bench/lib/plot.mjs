const WIDTH = 960;
const PANEL = { width: 270, height: 230, left: 50, top: 66, gap: 40 };
const COLOURS = ['#0b6bcb', '#5f6b76', '#c2410c', '#7c3aed', '#15803d', '#a16207'];
const TICKS = 4;

/** Lines of several peers in panels side by side, as SVG text; a cross is where a peer ended before the others. */
export function plot({ title, x, panels }) {
  const titles = panels[0].lines.map((line) => line.title);
  const last = Math.max(...panels[0].lines.flatMap(({ points }) => points.map(([at]) => at)));
  const longest = Math.ceil(last / 100) * 100;
  const height = PANEL.top + PANEL.height + 50 + titles.length * 18;
  const legend = titles.map((text, n) => {
    const y = PANEL.top + PANEL.height + 58 + n * 18;
    return `<rect x="${PANEL.left}" y="${y - 9}" width="14" height="4" fill="${COLOURS[n]}"/>${label(PANEL.left + 22, y, text)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    label(PANEL.left, 24, title, 'font-size="15" font-weight="bold"'),
    ...panels.map((panel, n) => panelOf(panel, PANEL.left + n * (PANEL.width + PANEL.gap), longest, x)),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

function panelOf({ title, lines }, left, longest, x) {
  const top = niceTop(Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value))));
  const px = (turn) => (left + (turn / longest) * PANEL.width).toFixed(1);
  const py = (value) => (PANEL.top + PANEL.height * (1 - value / top)).toFixed(1);
  const grid = Array.from({ length: TICKS + 1 }, (_, n) => {
    const value = (top / TICKS) * n;
    const turn = Math.round((longest / TICKS) * n);
    return (
      `<path d="M${left} ${py(value)}h${PANEL.width}" stroke="#dddddd"/>` +
      label(left - 5, Number(py(value)) + 4, value.toLocaleString('en'), 'text-anchor="end"') +
      label(px(turn), PANEL.top + PANEL.height + 18, String(turn), 'text-anchor="middle"')
    );
  });
  const drawn = lines.map(({ points, ended }, n) => {
    const path = points.map(([turn, value]) => `${px(turn)} ${py(value)}`).join('L');
    const [turn, value] = points.at(-1) ?? [];
    const cross =
      ended === 'completed' || turn === undefined
        ? ''
        : `<path d="M${px(turn)} ${py(value)}m-5 -5l10 10m0 -10l-10 10" stroke="${COLOURS[n]}" stroke-width="2"/>`;
    return `<path d="M${path}" fill="none" stroke="${COLOURS[n]}" stroke-width="2"/>${cross}`;
  });
  const names = [
    label(left, PANEL.top - 14, title, 'font-weight="bold"'),
    label(left + PANEL.width, PANEL.top + PANEL.height + 34, x, 'text-anchor="end"'),
  ];
  return [...grid, ...drawn, ...names].join('\n');
}

/** The least of 1, 2, 4, 6 or 8 times a power of ten that holds the value. */
function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return ([1, 2, 4, 6, 8].find((n) => n * power >= value) ?? 10) * power;
}

const label = (x, y, text, more = '') =>
  `<text x="${x}" y="${y}" fill="#333333" ${more}>${String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;')}</text>`;
