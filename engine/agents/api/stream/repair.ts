/** A repair of one protocol's stream: it sees whole events and says what stands in their place. */
export interface Repair {
  /** Whether any event of this text is worth taking apart; asked of every piece, so it must be cheap. */
  concerns(text: string): boolean;
  /** null: as it is. */
  event(event: string): string | null;
  /** What was kept back and nothing released. */
  end(): string;
}
