// What an editor says comes back to it as its value, a moment later: whoever writes meanwhile is not to lose that.

/** Tells a text that comes back from one that somebody else has put in the editor's place. */
export class Echoes {
  private awaited: string[] = []

  /** The editor has said this. */
  say(text: string): void {
    this.awaited.push(text)
  }

  /** Whether this is what the editor has said, now or before; those before it come back no more, for several may be one. */
  isEcho(text: string): boolean {
    const place = this.awaited.indexOf(text)
    this.awaited = place < 0 ? [] : this.awaited.slice(place + 1)
    return place >= 0
  }
}
