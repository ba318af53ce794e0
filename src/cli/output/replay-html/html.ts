const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML and in SVG, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A table; the cells are HTML. The first column names the row, the others are numbers. */
export function htmlTable(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly className?: string }[],
): string {
  const headCells = head.map((title, i) => `<th scope="col"${i === 0 ? '' : ' class="number"'}>${title}</th>`);
  const body = rows.map(({ cells, className }) => {
    const [name = '', ...numbers] = cells;
    const rest = numbers.map((cell) => `<td class="number">${cell}</td>`).join('');
    return `<tr${className === undefined ? '' : ` class="${className}"`}><th scope="row">${name}</th>${rest}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${headCells.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
