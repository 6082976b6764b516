// Any number of rows, of which only so many are kept: a page that nobody looks at for long is let go, and read again by
// its cursor when somebody comes back. The newest pages always stay, because what comes live is compared with them.

export type Read<Row> = (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | undefined }>

type Slot<Row> = { cursor: string | undefined; count: number; rows: Row[] | undefined; used: number; isLoading: boolean }
type Kept = { newest: number; others: number }

const KEPT: Kept = { newest: 20, others: 40 }

export class Pages<Row extends { id: string }> {
  /** How many rows are known of. */
  count = 0
  hasMore = true
  isLoadingMore = false
  /** Why the last page that was wanted could not be read; it is read when `retry` asks for it. */
  failure: unknown = undefined
  /** Grows with each change. */
  version = 0
  private slots: Slot<Row>[] = []
  private next: string | undefined
  private clock = 0
  private ids = { version: -1, all: new Set<string>() }
  /** The index at which each slot begins; undefined when it has to be counted anew. */
  private starts: number[] | undefined
  private isEnded = false
  private listeners = new Set<() => void>()

  constructor(
    private readonly read: Read<Row>,
    private readonly kept: Kept = KEPT,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly snapshot = () => this.version

  /** Whether the first page is there. */
  get isRead(): boolean {
    return this.slots.length > 0
  }

  /** How many rows are in memory. */
  get inMemory(): number {
    return this.slots.reduce((sum, slot) => sum + (slot.rows?.length ?? 0), 0)
  }

  /** Whether the row is among those of the newest pages. */
  has(id: string): boolean {
    if (this.ids.version !== this.version) {
      const newest = this.slots.slice(0, this.kept.newest).flatMap((slot) => slot.rows ?? [])
      this.ids = { version: this.version, all: new Set(newest.map((row) => row.id)) }
    }
    return this.ids.all.has(id)
  }

  /** The id after which nothing has been read yet; the empty text when all has. */
  get floor(): string {
    if (!this.hasMore) return ''
    const last = this.slots.findLast((slot) => slot.rows?.length)
    return last?.rows?.at(-1)?.id ?? ''
  }

  row(index: number): Row | undefined {
    const found = this.place(index)
    return found && this.slots[found.slot]!.rows?.[found.row]
  }

  /** Notes that these rows are in sight, and reads what of them is missing. */
  show(first: number, last: number): void {
    const [from, to] = [this.place(first), this.place(Math.min(last, this.count - 1))]
    if (!from || !to) return
    this.clock++
    for (let at = from.slot; at <= to.slot; at++) {
      const slot = this.slots[at]!
      slot.used = this.clock
      if (!slot.rows && !slot.isLoading && slot.count) void this.reread(slot)
    }
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    if (this.isLoadingMore || !this.hasMore || this.isEnded) return
    this.isLoadingMore = true
    this.failure = undefined
    this.changed()
    try {
      const cursor = this.next
      const { rows, next } = await this.read(cursor)
      if (this.isEnded) return
      this.slots.push({ cursor, count: rows.length, rows, used: ++this.clock, isLoading: false })
      this.count += rows.length
      this.next = next
      this.hasMore = next !== undefined
      this.letGo()
    } catch (fault) {
      this.failure = fault
    }
    this.isLoadingMore = false
    this.changed()
  }

  /** Puts a row that has come late where it belongs among the newest pages; false when it belongs above them all. */
  insert(row: Row): boolean {
    for (const slot of this.slots.slice(0, this.kept.newest)) {
      const at = slot.rows?.findIndex((other) => other.id < row.id) ?? -1
      if (at < 0) continue
      if (slot === this.slots[0] && at === 0) return false
      slot.rows!.splice(at, 0, row)
      slot.count++
      this.count++
      this.changed()
      return true
    }
    const last = this.slots.at(-1)
    if (!last || this.count === 0) return false
    // Older than all that has been read: what follows will bring it, or it is the last.
    if (!this.hasMore && last.rows) {
      last.rows.push(row)
      last.count++
      this.count++
      this.changed()
    }
    return true
  }

  end(): void {
    this.isEnded = true
    this.listeners.clear()
  }

  private async reread(slot: Slot<Row>): Promise<void> {
    slot.isLoading = true
    try {
      const { rows } = await this.read(slot.cursor)
      // Rows that came late were put among the newest pages, which are never let go: a page has what it had.
      if (!this.isEnded) slot.rows = rows.slice(0, slot.count)
    } catch (fault) {
      this.failure = fault
    }
    slot.isLoading = false
    this.letGo()
    this.changed()
  }

  private letGo(): void {
    const others = this.slots.slice(this.kept.newest).filter((slot) => slot.rows)
    others.sort((one, other) => other.used - one.used)
    for (const slot of others.slice(this.kept.others)) slot.rows = undefined
  }

  private place(index: number): { slot: number; row: number } | undefined {
    if (index < 0 || index >= this.count) return undefined
    const starts = (this.starts ??= startsOf(this.slots))
    // The last slot that begins at the index or before it: there may be a thousand, and each row in sight asks.
    let [from, to] = [0, starts.length - 1]
    while (from < to) {
      const middle = Math.ceil((from + to) / 2)
      if (starts[middle]! <= index) from = middle
      else to = middle - 1
    }
    return { slot: from, row: index - starts[from]! }
  }

  private changed(): void {
    this.version++
    this.starts = undefined
    for (const tell of this.listeners) tell()
  }
}

function startsOf(slots: { count: number }[]): number[] {
  let next = 0
  return slots.map(({ count }) => (next += count) - count)
}
