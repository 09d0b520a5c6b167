<?php
// The picture of a run: faults on a time line, IDs per second, calls that failed.

require_once __DIR__ . '/judge.php';

final class Picture
{
    private const LEFT = 110;
    private const WIDTH = 1100;
    private const COLOURS = ['worker' => '#4e79a7', 'holder' => '#a0cbe8', 'keeper' => '#f28e2b', 'standby' => '#ffbe7d', 'family' => '#e15759', 'leader' => '#76b7b2',
        'server' => '#76b7b2', 'partition' => '#86bcb6', 'session' => '#ff9d9a', 'theft' => '#d37295', 'servers' => '#59a14f', 'link' => '#edc948', 'clock' => '#b07aa1', 'storm' => '#9c755f',
        'registry' => '#ff9da7'];

    private array $svg = [];
    /** Where the next thing is drawn. */
    private float $y = 40;
    private int $seconds;

    private function __construct(private readonly Judge $judge, private readonly int $began)
    {
        $this->seconds = max([1, ...array_keys($judge->seconds)]) + 1;
    }

    /**
     * @param array $done as Faults notes it
     * @param array $away when no two servers served
     */
    public static function draw(string $title, array $done, Judge $judge, Facts $facts, array $away): string
    {
        $it = new self($judge, $facts->began);
        $it->text(self::LEFT, 22, $title, 'start');
        $it->faults($done);
        $top = $it->y + 10;
        $it->chart('IDs per second: zookeeper (blue), local (green), local with a clock that is set (light green), of the article (grey)',
            ['zookeeper' => '#4e79a7', 'local' => '#59a14f', 'local-clock' => '#8cd17d', 'article' => '#bab0ac'], 180);
        $it->chart('calls that failed per second: with an excuse (orange), without (red); grey: no two servers serve',
            ['failed' => '#f28e2b', 'unexcused' => '#d00'], 90);
        $behind = [];
        foreach ($away as [$from, $to]) {
            [$x, $width] = [$it->x($from), max(1, $it->x($to) - $it->x($from))];
            $behind[] = "<rect x='$x' y='$top' width='$width' height='" . $it->y - $top . "' fill='#ddd'/>";
        }
        $it->axis();
        [$width, $height] = [self::LEFT + self::WIDTH + 20, $it->y + 30];
        return "<svg xmlns='http://www.w3.org/2000/svg' width='$width' height='$height' font-family='sans-serif' font-size='11'>\n"
            . "<rect width='100%' height='100%' fill='#fff'/>\n" . implode("\n", [...$behind, ...$it->svg]) . "\n</svg>\n";
    }

    /** Each kind of target has as many lanes as it had faults at a time. */
    private function faults(array $done): void
    {
        $lanes = [];
        foreach ($done as [$what, $from, $to, $whom]) {
            $group = strtok($what, '. ');
            for ($lane = 0; ($lanes[$group][$lane]['until'] ?? 0) > $from; $lane++) {
            }
            $lanes[$group][$lane]['until'] = max($to, $from + $this->seconds * 4_000_000);
            $lanes[$group][$lane]['bars'][] = [$what, $from, $to, $whom];
        }
        foreach (self::COLOURS as $group => $colour) {
            foreach ($lanes[$group] ?? [] as $lane => ['bars' => $bars]) {
                $lane || $this->text(self::LEFT - 8, $this->y + 10, $group);
                foreach ($bars as [$what, $from, $to, $whom]) {
                    [$x, $width] = [$this->x($from), max(3, $this->x($to) - $this->x($from))];
                    $name = htmlspecialchars("$what $whom");
                    $this->svg[] = "<rect x='$x' y='$this->y' width='$width' height='11' fill='$colour'><title>$name</title></rect>";
                }
                $this->y += 14;
            }
        }
    }

    /** Bars that stand on each other, one for each second. */
    private function chart(string $name, array $series, int $height): void
    {
        $this->y += 24;
        $sums = array_map(fn($second) => array_sum(array_intersect_key($second, $series)), $this->judge->seconds);
        $top = max([1, ...$sums]);
        $base = $this->y + $height;
        $this->text(self::LEFT - 8, $this->y + 10, number_format($top));
        $this->text(self::LEFT - 8, $base, '0');
        $this->text(self::LEFT, $this->y - 6, $name, 'start');
        $right = self::LEFT + self::WIDTH;
        $this->svg[] = "<line x1='" . self::LEFT . "' x2='$right' y1='$base' y2='$base' stroke='#999'/>";
        $width = round(self::WIDTH / $this->seconds * 0.9, 1);
        foreach ($this->judge->seconds as $second => $counts) {
            $bottom = $base;
            foreach ($series as $what => $colour) {
                if ($many = $counts[$what] ?? 0) {
                    // What failed is to be seen, however few calls it was.
                    $high = max(1, round($many / $top * $height, 1));
                    $bottom = round($bottom - $high, 1);
                    $x = $this->x($this->began + $second * 1e9);
                    $this->svg[] = "<rect x='$x' y='$bottom' width='$width' height='$high' fill='$colour'/>";
                }
            }
        }
        $this->y = $base;
    }

    private function axis(): void
    {
        // About a dozen numbers.
        $steps = array_filter([1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600], fn($step) => $this->seconds / $step <= 15);
        for ($second = 0, $step = min([36_000, ...$steps]); $second <= $this->seconds; $second += $step) {
            $this->text($this->x($this->began + $second * 1e9), $this->y + 16, "$second s", 'middle');
        }
    }

    private function x(float $ns): float
    {
        return round(self::LEFT + max(0, ($ns - $this->began) / 1e9) / $this->seconds * self::WIDTH, 1);
    }

    private function text(float $x, float $y, string $what, string $anchor = 'end'): void
    {
        $this->svg[] = "<text x='$x' y='$y' text-anchor='$anchor'>" . htmlspecialchars($what) . '</text>';
    }
}
