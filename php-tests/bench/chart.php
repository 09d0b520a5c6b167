<?php
// The picture of an answer: a bar for each row, a line across it where its target is.

require_once __DIR__ . '/table.php';

final class Chart
{
    private const LEFT = 290;
    private const WIDTH = 560;
    private array $svg = [];
    /** Where the next thing is drawn. */
    private float $y = 30;

    /** @param Table[] $tables */
    public static function draw(string $title, array $tables): string
    {
        $it = new self();
        $it->text(12, $it->y, $title, 'start', 'bold');
        $it->text(12, $it->y += 18, 'thin: from the least to the most; red: the target, if there is one', 'start');
        foreach ($tables as $table) {
            foreach (array_unique(array_filter(array_column($table->rows, 'unit'))) as $unit) {
                $rows = array_filter($table->rows, fn($row) => $row->unit === $unit || $row->missing !== '');
                $targets = array_map(fn($row) => $row->against ? null : $row->target(), $rows);
                $it->bars("$table->title, $unit", $table, array_map(fn($row) => $row->figures, $rows), $targets);
            }
            if ($rows = array_filter($table->rows, fn($row) => $row->against !== [])) {
                $targets = array_map(fn($row) => $row->target(), $rows);
                $it->bars("$table->title, $table->against", $table, array_map(fn($row) => $row->against, $rows), $targets);
            }
        }
        [$width, $height] = [self::LEFT + self::WIDTH + 110, $it->y + 20];
        return "<svg xmlns='http://www.w3.org/2000/svg' width='$width' height='$height' font-family='sans-serif' font-size='11'>\n"
            . "<rect width='100%' height='100%' fill='#fff'/>\n" . implode("\n", $it->svg) . "\n</svg>\n";
    }

    /** @param array $rows figures by row @param array $targets by row, null: none */
    private function bars(string $title, Table $table, array $rows, array $targets): void
    {
        $figures = array_filter(array_merge(...array_values($rows), ...[array_filter($targets)]), fn($one) => $one > 0);
        // A bar that is a fiftieth of another cannot be read.
        [$least, $most] = $figures ? [min($figures), max($figures)] : [1, 1];
        $log = $most / $least > 50;
        $from = $log ? 10 ** floor(log10($least / 1.5)) : 0;
        $at = fn(float $figure) => round(self::LEFT + self::WIDTH * max(0, $log
            ? ($figure > 0 ? log10($figure / $from) / log10($most / $from) : 0)
            : $figure / $most), 1);
        $this->y += 34;
        $this->text(12, $this->y, $title . ($log ? ' (logarithmic)' : ''), 'start');
        $this->y += 14;
        for ($line = $from * 10; $log && $line < $most; $line *= 10) {
            $bottom = $this->y + 18 * count($rows);
            $this->svg[] = "<line x1='{$at($line)}' x2='{$at($line)}' y1='$this->y' y2='$bottom' stroke='#ddd'/>";
            $this->text($at($line), $this->y, Table::number($line, true), 'middle');
        }
        foreach ($rows as $index => $figures) {
            $row = $table->rows[$index];
            $this->text(self::LEFT - 8, $this->y + 13, $row->what, 'end');
            if (!$figures) {
                $this->text(self::LEFT, $this->y + 13, $row->missing, 'start');
            } else {
                $this->bar($at, $figures, $table->judged, $targets[$index]);
            }
            $this->y += 18;
        }
    }

    /** @param array $figures in rising order; the bar shows one of them, a thin line how far they reach */
    private function bar(callable $at, array $figures, int $judged, ?float $target): void
    {
        $x = self::LEFT;
        $shown = $figures[$judged];
        [$end, $low, $high] = [$at($shown), $at($figures[0]), $at(end($figures))];
        [$top, $middle, $bottom] = [$this->y + 3, $this->y + 9, $this->y + 15];
        $width = max(1, $end - $x);
        $this->svg[] = "<rect x='$x' y='$top' width='$width' height='12' fill='#4e79a7'/>";
        $this->svg[] = "<line x1='$low' x2='$high' y1='$middle' y2='$middle' stroke='#222'/>";
        $right = max($end, $high);
        if ($target !== null) {
            $line = $at($target);
            [$from, $to] = [$this->y, $this->y + 18];
            $this->svg[] = "<line x1='$line' x2='$line' y1='$from' y2='$to' stroke='#d00' stroke-width='2'>"
                . '<title>target ' . Table::number($target, true) . '</title></line>';
            $right = max($right, $line);
        }
        $this->text($right + 6, $bottom - 2, Table::number($shown), 'start');
    }

    private function text(float $x, float $y, string $what, string $anchor, string $weight = 'normal'): void
    {
        $this->svg[] = "<text x='$x' y='$y' text-anchor='$anchor' font-weight='$weight'>" . htmlspecialchars($what) . '</text>';
    }
}
