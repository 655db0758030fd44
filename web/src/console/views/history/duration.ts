/** How long a night took, in minutes; null while it goes on. */
export function minutesOf(night: { created_at: string; closed_at: string | null }): number | null {
  if (night.closed_at === null) return null;
  return Math.max(0, Math.round((Date.parse(night.closed_at) - Date.parse(night.created_at)) / 60_000));
}
