"""What the oracle counted and found wrong."""

from collections import Counter
from dataclasses import dataclass, field

HEAD = ("acknowledged", "lost", "doubled")


@dataclass
class Findings:
    """What was counted, and every fault that was found, as sentences."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = self.counts
        head = f"{counts['acknowledged']} acknowledged, {counts['lost']} lost, {counts['doubled']} doubled"
        rest = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()) if what not in HEAD)
        return "\n".join([f"{head}; {rest}", *self.faults[:50]])

    def fault(self, sentence: str, counted: str | None = None) -> None:
        """Note a fault, and count it as lost or doubled where it is that."""
        self.faults.append(sentence)
        if counted:
            self.counts[counted] += 1
