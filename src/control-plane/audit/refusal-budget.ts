import { Logger } from '@nestjs/common';

const WINDOW_MS = 60_000;
/** Of one user, or of one address where no user is known. */
const FROM_ONE_MAX = 60;
const FROM_ALL_MAX = 600;

/** How many refused calls are worth a row: whoever may do nothing must not be able to fill the disk with that. */
export class RefusalBudget {
  private readonly log = new Logger('audit');
  private readonly taken = new Map<string, number>();
  private total = 0;
  private passedOver = 0;
  private endsMs = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns whether there is room for one more of this user or address */
  take(who: string): boolean {
    if (this.now() >= this.endsMs) this.startAnew();
    const count = this.taken.get(who) ?? 0;
    if (count >= FROM_ONE_MAX || this.total >= FROM_ALL_MAX) {
      if (this.passedOver++ === 0)
        this.log.warn({ from: who }, 'more refused calls than the audit trail takes in a minute');
      return false;
    }
    this.taken.set(who, count + 1);
    this.total++;
    return true;
  }

  private startAnew(): void {
    if (this.passedOver > 0) this.log.warn({ count: this.passedOver }, 'refused calls are missing in the audit trail');
    this.taken.clear();
    this.total = 0;
    this.passedOver = 0;
    this.endsMs = this.now() + WINDOW_MS;
  }
}
