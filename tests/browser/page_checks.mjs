// Checks that run inside the page; each returns a list of what is wrong.

/// Pairs of texts within one figure whose boxes overlap by more than a pixel each way.
export function overlappingLabels() {
  const wrong = [];
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')]
      .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    const name = svg.querySelector('title').textContent;
    texts.forEach((a, i) => {
      if (a.box.left < frame.left - 1 || a.box.right > frame.right + 1
          || a.box.top < frame.top - 1 || a.box.bottom > frame.bottom + 1) {
        wrong.push(`${name}: "${a.text}" is cut off`);
      }
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        // Line boxes are taller than the glyphs: a sixth of the height is air.
        const air = a.box.height / 6;
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) - air;
        if (across > 1 && down > 1) wrong.push(`${name}: "${a.text}" on "${b.text}"`);
      }
    });
  }
  return wrong;
}

/// Texts of the body whose contrast to their background is below `least`: WCAG 2 relative luminance.
export function contrastOfTexts(least) {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => {
      const s = c / 255;
      return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const transparent = (colour) => channels(colour)[3] === 0;
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!transparent(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const wrong = [];
  for (const element of document.querySelectorAll('h1, h2, h3, p, li, li *, th, td, a, summary, '
      + 'figcaption, pre, span, svg text')) {
    if (!element.textContent.trim()) continue;
    const style = getComputedStyle(element);
    const ink = luminance(element.closest('svg') ? style.fill : style.color);
    const paper = luminance(background(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < least) wrong.push(`${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
  }
  return wrong;
}
