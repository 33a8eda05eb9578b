/**
 * When what the pages show is read again after a break: as soon as a stream opens, and not for each stream that opens
 * only to break again. The next one that lasts ends the outage; what had changed until then is read once more.
 */
export class Outage {
  private hasMissed = false;
  private hasRead = false;

  /** From now on changes are told by nobody. */
  broke(): void {
    this.hasMissed = true;
  }

  /** A stream is open: whether to read now. */
  opened(): boolean {
    return !this.hasRead && this.read();
  }

  /** A stream has lasted: whether to read now. */
  lasted(): boolean {
    const isDue = this.read();
    this.hasRead = false;
    return isDue;
  }

  private read(): boolean {
    const isDue = this.hasMissed;
    this.hasMissed = false;
    this.hasRead ||= isDue;
    return isDue;
  }
}
