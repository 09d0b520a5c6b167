<?php
// Does what the plan says, and notes what was really done and when, for the judge.

require_once __DIR__ . '/families.php';

final class Faults
{
    /** [what, when it began, when it ended, whom it hit]; all times are hrtime(true). */
    public array $done = [];
    /** Of processes, by their name in the journals: [from, to]. */
    public array $stopped = [];
    /** Of families: while nobody extended their leases, [from, to]; and while somebody may have had to be replaced. */
    public array $idle = [];
    public array $replaced = [];
    /** Of families: [when, server, whether the link passes]. */
    public array $links = [];
    /** Of families: [when, ms]. */
    public array $clocks = [];
    /** Of families, by life: when they were started. */
    public array $lives = [];
    /** What is to be done: [when, what]. */
    private array $due = [];

    /** @param Family[] $families by name */
    public function __construct(
        private readonly Ensemble $ensemble,
        private readonly array $families,
        private readonly int $window,
    ) {
    }

    public function start(Family $family): void
    {
        // A fault that came late may have started it already.
        if ($family->ended()) {
            $this->lives[$family->name][$family->life + 1] = hrtime(true);
            $family->start();
        }
    }

    /** @param Fault[] $plan; returns when the last fault has ended */
    public function run(array $plan, int $began): void
    {
        foreach ($plan as $fault) {
            $this->at($began + $fault->at * 1_000_000, fn() => $this->begin($fault));
        }
        while ($this->due) {
            usort($this->due, fn($one, $other) => $one[0] <=> $other[0]);
            [$when, $what] = array_shift($this->due);
            while (($left = $when - hrtime(true)) > 0) {
                usleep(min(intdiv($left, 1000) + 1, 20_000));
            }
            $what();
        }
    }

    private function at(int $when, callable $what): void
    {
        $this->due[] = [$when, $what];
    }

    private function begin(Fault $fault): void
    {
        $began = hrtime(true);
        $family = $this->families[$fault->family] ?? null;
        [$whom, $undo] = match (strtok($fault->kind, '.')) {
            'worker' => $this->worker($fault, $family),
            'keeper' => $this->keeper($fault, $family),
            'family' => $this->family($fault, $family),
            'leader', 'server', 'servers' => $this->servers($fault),
            'link' => $this->link($fault, $family),
            'clock' => $this->clock($fault, $family),
            'storm' => $this->storm($fault, $family),
            'registry' => $this->registry($family),
        };
        $i = count($this->done);
        $this->done[] = [$fault->kind, $began, hrtime(true), "$fault->family $whom"];
        if ($undo) {
            $this->at($began + $fault->ms * 1_000_000, function () use ($undo, $i) {
                $undo();
                $this->done[$i][2] = hrtime(true);
            });
        }
    }

    private function worker(Fault $fault, Family $family): array
    {
        if (!$workers = $family->workers()) {
            return ['nobody was there', null];
        }
        $worker = $workers[$fault->index % count($workers)];
        if ($fault->kind === 'worker.kill') {
            signal_all([$worker], 'KILL');
            return ["process $worker", null];
        }
        return ["process $worker", $this->stop([$worker])];
    }

    private function keeper(Fault $fault, Family $family): array
    {
        if (!$keepers = $family->keepers()) {
            return ['nobody was there', null];
        }
        if ($fault->kind === 'keeper.kill') {
            signal_all($keepers, 'KILL');
            // The next one is started by whoever finds less than half a window left.
            $now = hrtime(true);
            $this->replaced[$family->name][] = [$now, $now + intdiv($this->window * 5, 6) * 1_000_000];
            return ['process ' . implode(' ', $keepers), null];
        }
        return ['process ' . implode(' ', $keepers), $this->stop($keepers, $family)];
    }

    private function family(Fault $fault, Family $family): array
    {
        if (!$first = $family->first()) {
            return ['nobody was there', null];
        }
        switch ($fault->kind) {
            case 'family.kill':
                $family->kill((bool) $fault->amount);
                return [$fault->amount ? 'with its keeper' : 'without its keeper', fn() => $this->start($family)];
            case 'family.end':
                $family->end();
                return ['', fn() => $this->restart($family, hrtime(true) + 20_000_000_000)];
        }
        // Nobody forks after the first has stopped.
        signal_all([$first], 'STOP');
        $pids = [$first, ...$family->workers(), ...$family->keepers()];
        return [count($pids) . ' processes', $this->stop($pids, $family)];
    }

    /** When it has ended, or else by force. */
    private function restart(Family $family, int $latest): void
    {
        if (!$family->ended() && hrtime(true) < $latest) {
            $this->at(hrtime(true) + 50_000_000, fn() => $this->restart($family, $latest));
            return;
        }
        if (!$family->ended()) {
            $this->done[] = ['family does not end', hrtime(true), hrtime(true), $family->name];
            $family->kill(true);
        }
        $this->start($family);
    }

    /** Stops processes, of a family's lease or not; the way back. */
    private function stop(array $pids, ?Family $family = null): callable
    {
        $names = array_map(process_name(...), $pids);
        $from = hrtime(true);
        signal_all($pids, 'STOP');
        return function () use ($pids, $names, $from, $family) {
            signal_all($pids, 'CONT');
            $stop = [$from, hrtime(true)];
            foreach ($names as $name) {
                $this->stopped[$name][] = $stop;
            }
            if ($family) {
                $this->idle[$family->name][] = $stop;
            }
        };
    }

    private function servers(Fault $fault): array
    {
        $servers = $this->ensemble->servers;
        [$which, $whom] = [[$servers[$fault->index + 1]], 'server ' . $fault->index + 1];
        if (str_starts_with($fault->kind, 'leader')) {
            $leads = fn($server) => str_contains($server->ask('srvr', 0.3), 'Mode: leader');
            foreach (array_filter($servers, $leads) as $id => $server) {
                [$which, $whom] = [[$server], "server $id, which led"];
            }
        }
        switch ($fault->kind) {
            case 'servers.restart':
                foreach (array_values($servers) as $i => $server) {
                    $this->at(hrtime(true) + $i * 1_000_000_000, function () use ($server) {
                        $server->kill();
                        $server->start(false);
                    });
                }
                return ['one after the other', fn() => null];
            case 'servers.kill':
            case 'servers.stop':
            case 'servers.stop.long':
                [$which, $whom] = [$servers, 'all three'];
        }
        if (str_ends_with($fault->kind, 'kill')) {
            array_map(fn($server) => $server->kill(), $which);
            return [$whom, fn() => array_map(fn($server) => $server->start(false), $which)];
        }
        array_map(fn($server) => $server->pause(), $which);
        return [$whom, fn() => array_map(fn($server) => $server->resume(), $which)];
    }

    private function link(Fault $fault, Family $family): array
    {
        [$mode, $passes] = match ($fault->kind) {
            'link.cut', 'link.cut.long', 'link.cut.one' => ['cut', false],
            'link.silent' => ['drop_all', false],
            'link.requests.lost' => ['drop_requests', false],
            'link.replies.lost' => ['drop_replies', false],
            'link.multi.unanswered' => ['drop_multi_reply', true],
            'link.delay' => ['delay', true],
        };
        $ids = $fault->kind === 'link.cut.one' ? [$fault->index + 1] : array_keys($family->links);
        $set = function (string $mode, bool $passes, int $ms) use ($family, $ids) {
            foreach ($ids as $id) {
                $passes || $this->links[$family->name][] = [hrtime(true), $id, false];
                $family->links[$id]->mode($mode, $ms);
                $passes && $this->links[$family->name][] = [hrtime(true), $id, true];
            }
        };
        $set($mode, $passes, $fault->kind === 'link.delay' ? $fault->amount : 0);
        $whom = $fault->kind === 'link.cut.one' ? 'server ' . $fault->index + 1 : '';
        return [$fault->kind === 'link.delay' ? "$fault->amount ms" : $whom, fn() => $set('pass', true, 0)];
    }

    private function clock(Fault $fault, Family $family): array
    {
        $set = function (int $ms) use ($family) {
            $this->clocks[$family->name][] = [hrtime(true), $ms];
            $family->clock->set($ms);
        };
        $restart = str_ends_with($fault->kind, 'restart');
        $restart && $family->kill(true);
        $set($fault->amount);
        $restart && $this->start($family);
        return ["$fault->amount ms", fn() => $set(0)];
    }

    private function storm(Fault $fault, CliFamily $family): array
    {
        $family->say(($fault->kind === 'storm' ? 'storm ' : 'race ') . $fault->amount);
        return ["$fault->amount processes", null];
    }

    private function registry(Family $family): array
    {
        $files = glob("{$family->directory()}/*");
        array_map(unlink(...), $files);
        return [implode(' ', array_map('basename', $files)), null];
    }
}
