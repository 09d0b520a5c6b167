<?php
// The answer to a question, or a part of it: rows of figures, with targets beside them that decide nothing.

final class Row
{
    /** @param float[] $figures by column @param float[] $against the same, in the table's other unit */
    public function __construct(
        public readonly string $what,
        public readonly array $figures,
        public readonly string $unit,
        public readonly array $against,
        public readonly ?float $atMost,
        public readonly ?float $atLeast,
        /** Why there are no figures. */
        public readonly string $missing = '',
    ) {
    }

    public function target(): ?float
    {
        return $this->atMost ?? $this->atLeast;
    }

    /** `target <= 1.2: met` */
    public function verdict(int $judged): string
    {
        if ($this->target() === null) {
            return '';
        }
        $figure = ($this->against ?: $this->figures)[$judged];
        $met = $this->atMost !== null ? $figure <= $this->atMost : $figure >= $this->atLeast;
        $sign = $this->atMost !== null ? '<=' : '>=';
        return "target $sign " . Table::number($this->target(), true) . ': ' . ($met ? 'met' : 'missed');
    }
}

final class Table
{
    /** @var Row[] */
    public array $rows = [];
    /** @var string[] */
    public array $notes = [];

    /**
     * @param string $against the unit of what is told of each row besides, such as `x hrtime`
     * @param string[] $columns names of the figures, in rising order; unless the row is a sample
     * @param int $judged the column that a target is for, and that is drawn
     */
    public function __construct(
        public readonly string $title,
        public readonly string $against = '',
        public readonly array $columns = ['min', 'median', 'max'],
        public readonly int $judged = 1,
    ) {
    }

    /**
     * @param float[] $values one of each round
     * @param float[] $against one of each round; then the target is for these
     */
    public function row(
        string $what,
        array $values,
        string $unit,
        array $against = [],
        ?float $atMost = null,
        ?float $atLeast = null,
    ): void {
        $sum = fn(array $sample) => $sample ? [min($sample), median($sample), max($sample)] : [];
        $this->rows[] = new Row($what, $sum($values), $unit, $sum($against), $atMost, $atLeast);
    }

    /** A row whose figures are not a sample's, but by the table's columns. */
    public function figures(string $what, array $figures, string $unit, ?float $atMost = null): void
    {
        $this->rows[] = new Row($what, $figures, $unit, [], $atMost, null);
    }

    public function missing(string $what, string $why): void
    {
        $this->rows[] = new Row($what, [], '', [], null, null, $why);
    }

    public function note(string $line): void
    {
        $this->notes[] = $line;
    }

    public function __toString(): string
    {
        $wide = max(28, ...array_map(fn($row) => strlen($row->what), $this->rows));
        $columns = count($this->columns);
        $other = array_filter($this->rows, fn($row) => $row->against !== []);
        $heads = array_map(fn($name) => sprintf('%11s', $name), $this->columns);
        $text = "  $this->title\n    " . str_pad('', $wide) . implode($heads) . str_pad('', 8)
            . ($other ? "   $this->against (" . implode(', ', $this->columns) . ')' : '');
        $text = rtrim($text) . "\n";
        foreach ($this->rows as $row) {
            $line = '    ' . str_pad($row->what, $wide);
            if ($row->missing !== '') {
                $text .= "$line   $row->missing\n";
                continue;
            }
            $cells = fn(array $figures) => implode(array_map(fn($one) => sprintf('%11s', self::number($one)), $figures));
            $line .= $cells($row->figures) . ' ' . str_pad($row->unit, 7);
            $line .= $other ? str_pad($row->against ? $cells($row->against) : '', $columns * 11) : '';
            $text .= rtrim("$line   {$row->verdict($this->judged)}") . "\n";
        }
        return $text . implode(array_map(fn($note) => "    $note\n", $this->notes));
    }

    /** With three or four digits that count; a target as it was set. */
    public static function number(float $number, bool $exactly = false): string
    {
        if ($exactly) {
            return rtrim(rtrim(number_format($number, 3), '0'), '.');
        }
        $size = abs($number);
        return number_format($number, $size >= 1000 ? 0 : ($size >= 100 ? 1 : ($size >= 1 ? 2 : 3)));
    }
}
