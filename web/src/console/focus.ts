/** Takes the focus where what had it has gone, so that keys and screen readers go on from here: `{@attach takeLostFocus}`. */
export function takeLostFocus(element: HTMLElement): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  element.setAttribute('tabindex', '-1');
  element.focus({ preventScroll: true });
}
