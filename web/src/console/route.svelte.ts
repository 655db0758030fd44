/** Which view is shown: `#/history/5` is the view `history`, and `5` is what it shows. */

export const VIEWS = ['night', 'history', 'catalogue', 'stats', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** What the view shows, such as a session's id; empty for its start. */
  rest: string;
}

export function parse(hash: string): Route {
  const [name = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  const view = VIEWS.find((each) => each === name);
  return { view: view ?? 'night', rest: view ? decoded(rest.join('/')) : '' };
}

export function address(view: View, rest: string | number = ''): string {
  return `#/${view}${rest === '' ? '' : `/${encodeURIComponent(rest)}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

let current = $state.raw(parse(location.hash));
window.addEventListener('hashchange', () => (current = parse(location.hash)));

export function route(): Route {
  return current;
}

export function go(view: View, rest: string | number = ''): void {
  location.hash = address(view, rest);
}
