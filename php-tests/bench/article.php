<?php
// The generator as articles on Snowflake show it, in plain PHP: a class that keeps the last millisecond and a counter,
// for one process and one object. Widths other than the usual ones only so that it can be compared in a wide layout.

final class Article
{
    /** 2010-01-01 08:00 UTC; with 42 bits of milliseconds since. */
    private const EPOCH = 1262332800000;
    private int $last = 0;
    private int $sequence = 0;

    public function __construct(
        private readonly int $node,
        private readonly int $nodeBits = 10,
        private readonly int $sequenceBits = 12,
    ) {
        if ($node < 0 || $node >= 1 << $nodeBits) {
            throw new ValueError("There is no node $node in $nodeBits bits");
        }
    }

    public function getTimestamp(): int
    {
        return (int) floor(microtime(true) * 1000) - self::EPOCH;
    }

    public function generate(): int
    {
        $now = $this->getTimestamp();
        if ($now < $this->last) {
            throw new Exception('The clock went back by ' . $this->last - $now . ' ms');
        }
        if ($now === $this->last) {
            $this->sequence = ($this->sequence + 1) & ((1 << $this->sequenceBits) - 1);
            while ($this->sequence === 0 && $now <= $this->last) {
                $now = $this->getTimestamp();
            }
        } else {
            $this->sequence = 0;
        }
        $this->last = $now;
        return ($now << $this->nodeBits + $this->sequenceBits) | ($this->node << $this->sequenceBits) | $this->sequence;
    }
}
