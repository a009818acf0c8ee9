/** A network that does not fit the budget or the subarrays; the message says what does. */
export class PlacementError extends Error {
  override readonly name = 'PlacementError';
}
