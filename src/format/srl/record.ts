/** Record types of the log. Values are on disk and on the wire: never renumber. */
export const enum RecordType {
  Write = 1,
  /** The range becomes zeros and stays allocated. */
  Zero = 2,
  /** The range is given back and reads as zeros. */
  Trim = 3,
  Marker = 4,
  Membership = 5,
  /** A new epoch begins; payload is its JSON. */
  Role = 6,
}
