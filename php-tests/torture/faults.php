<?php
// Does what the plan says, and notes what was really done and when, for the judge.

require_once __DIR__ . '/families.php';

/** Why a fault could not be done. */
final class NotDone extends Exception
{
}

final class Faults
{
    /**
     * [what, when it began, when it ended, whom it hit, why it could not be done or else '', by number the servers it
     * hit]; all times are hrtime(true).
     */
    public array $done = [];
    /** Of processes, by their name in the journals: [from, to]. */
    public array $stopped = [];
    /** Of families: while nobody extended their leases, [from, to]; and while somebody may have had to be replaced, and whether a
     *  keeper was left by who stood by for it. */
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
            // On a machine that was too busy, what is late would come at once, two to the same family.
            if (-$left > 1_000_000_000) {
                $this->due = array_map(fn($one) => [$one[0] - $left, $one[1]], $this->due);
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
        $i = count($this->done);
        $this->done[] = [$fault->kind, $began, $began, $fault->family, '', []];
        try {
            [$whom, $undo, $servers, $name] = match (strtok($fault->kind, '.')) {
                'worker' => $this->worker($fault, $family),
                'holder' => $this->holder($fault, $family),
                'keeper', 'standby' => $this->keeper($fault, $family),
                'family' => $this->family($fault, $family),
                'leader', 'server', 'servers' => $this->servers($fault),
                'partition' => $this->partition($fault, $family),
                'session' => $this->session($family),
                'theft' => $this->theft($fault, $family),
                'link' => $this->link($fault, $family),
                'clock' => $this->clock($fault, $family),
                'storm' => $this->storm($fault, $family),
                'registry' => $this->registry($family),
            } + [2 => [], $fault->family];
        } catch (NotDone $why) {
            $this->done[$i][4] = $why->getMessage();
            return;
        }
        [$this->done[$i][2], $this->done[$i][3], $this->done[$i][5]] = [hrtime(true), trim("$name $whom"), $servers];
        if ($undo) {
            $this->at($began + $fault->ms * 1_000_000, function () use ($undo, $i) {
                // What was in the way of nothing.
                $this->done[$i][4] = (string) $undo();
                $this->done[$i][2] = hrtime(true);
            });
        }
    }

    /** One that is there to suffer. */
    private static function there(array $pids): array
    {
        return $pids ?: throw new NotDone('nobody was there');
    }

    private static function killed(array $pids): void
    {
        signal_all($pids, 'KILL');
        eventually(fn() => !array_filter($pids, alive(...)), 5, 'those end that were killed');
    }

    private function worker(Fault $fault, Family $family): array
    {
        $workers = self::there($family->workers());
        return $this->hit($fault, $family, $workers[$fault->index % count($workers)]);
    }

    /** One that has a lock or leads just now, or does soon. */
    private function holder(Fault $fault, Family $family): array
    {
        $workers = [];
        foreach (self::there($family->workers()) as $pid) {
            $workers["$family->name.$family->life." . process_name($pid)] = $pid;
        }
        [$path, $worker] = $this->asked(function (Server $server) use ($workers) {
            $znodes = new Znodes($server, 2000);
            for ($end = hrtime(true) + 500_000_000; hrtime(true) < $end; usleep(5000)) {
                foreach (array_merge(RECIPES['lock'], RECIPES['write'], RECIPES['election']) as $path) {
                    $contenders = $znodes->children($path);
                    usort($contenders, fn($one, $other) => substr($one, -10) <=> substr($other, -10));
                    $holder = $contenders ? $znodes->getData("$path/$contenders[0]")[0] ?? '' : '';
                    if (isset($workers[$holder])) {
                        return [$path, $workers[$holder]];
                    }
                }
            }
            throw new Exception('nobody held anything');
        });
        [$whom, $undo] = $this->hit($fault, $family, $worker);
        return ["$whom, with $path", $undo];
    }

    private function hit(Fault $fault, Family $family, int $worker): array
    {
        if (str_ends_with($fault->kind, '.kill')) {
            $family->killing([$worker], false);
            self::killed([$worker]);
            return ["process $worker", null];
        }
        return ["process $worker", $this->stop([$worker])];
    }

    private function keeper(Fault $fault, Family $family): array
    {
        $keepers = self::there($fault->kind === 'standby.kill' ? $family->standbys() : $family->keepers());
        if (str_ends_with($fault->kind, '.kill')) {
            $pids = $fault->kind === 'keeper.kill' && $fault->amount ? [...$family->standbys(), ...$keepers] : $keepers;
            self::killed($pids);
            // Who stood by starts the next one; else whoever finds less than half a window left.
            $now = hrtime(true);
            $late = $family->standbys() ? 2000 : intdiv($this->window * 5, 6);
            $alone = $fault->kind === 'standby.kill' || count($pids) > count($keepers);
            $this->replaced[$family->name][] = [$now, $now + $late * 1_000_000, $alone];
            return ['process ' . implode(' ', $pids), null];
        }
        return ['process ' . implode(' ', $keepers), $this->stop($keepers, $family)];
    }

    private function family(Fault $fault, Family $family): array
    {
        [$first] = self::there(array_filter([$family->first()]));
        switch ($fault->kind) {
            case 'family.kill':
                $family->kill((bool) $fault->amount);
                // Process 1 takes all along.
                $all = $fault->amount || $family->is['first'] === 'first';
                return [$all ? 'with its keeper' : 'without its keeper', fn() => $this->start($family)];
            case 'theft.kill':
                $family->kill(true);
                return ['', fn() => $this->start($family)];
            case 'family.end':
                $family->end();
                return ['', fn() => $this->restart($family, hrtime(true) + 20_000_000_000)];
        }
        // Nobody forks after the first has stopped.
        signal_all([$first], 'STOP');
        $pids = [...$family->processes(), ...$family->keepers()];
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
            $this->done[] = ['family does not end', hrtime(true), hrtime(true), $family->name, '', []];
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
        $runs = fn($pid) => preg_match('/\) [RSD] /', (string) @file_get_contents("/proc/$pid/stat"));
        eventually(fn() => !array_filter($pids, $runs), 5, 'those stop that shall');
        return function () use ($pids, $names, $from, $family) {
            $stopped = array_filter($pids, alive(...));
            signal_all($pids, 'CONT');
            $stop = [$from, hrtime(true)];
            foreach ($names as $name) {
                $this->stopped[$name][] = $stop;
            }
            if ($family) {
                $this->idle[$family->name][] = $stop;
            }
            return $stopped ? '' : 'all of it was killed meanwhile';
        };
    }

    /** The server that leads; 0 if there is none. */
    private function leader(): int
    {
        $leads = fn($server) => str_contains($server->ask('srvr', 0.3), 'Mode: leader');
        return array_key_first(array_filter($this->ensemble->servers, $leads)) ?? 0;
    }

    /** The server that leads, if a fault is for that one and there is one; else that of its index. */
    private function which(Fault $fault): array
    {
        if (str_contains($fault->kind, 'leader')) {
            $id = $this->leader() ?: throw new NotDone('no server led');
            return [$id, "server $id, which led"];
        }
        return [$fault->index + 1, 'server ' . $fault->index + 1];
    }

    private function servers(Fault $fault): array
    {
        $servers = $this->ensemble->servers;
        [$ids, $whom] = [[1, 2, 3], 'all three'];
        switch ($fault->kind) {
            case 'servers.restart':
                foreach (array_values($servers) as $i => $server) {
                    $this->at(hrtime(true) + $i * 1_000_000_000, function () use ($server) {
                        $server->kill();
                        $server->start(false);
                    });
                }
                return ['one after the other', fn() => null, $ids];
            case 'servers.kill':
            case 'servers.stop':
            case 'servers.stop.long':
                break;
            default:
                [$id, $whom] = $this->which($fault);
                $ids = [$id];
        }
        $which = array_intersect_key($servers, array_flip($ids));
        if (str_ends_with($fault->kind, 'kill')) {
            array_map(fn($server) => $server->kill(), $which);
            return [$whom, function () use ($which) {
                array_map(fn($server) => $server->start(false), $which);
            }, $ids];
        }
        array_map(fn($server) => $server->pause(), $which);
        return [$whom, function () use ($which) {
            array_map(fn($server) => $server->resume(), $which);
        }, $ids];
    }

    /** Between the servers; with a family on the side that is cut off, or without. */
    private function partition(Fault $fault, ?Family $family): array
    {
        [$ids, $whom] = [[1, 2, 3], 'all three'];
        if (!str_starts_with($fault->kind, 'partition.all')) {
            [$id, $whom] = $this->which($fault);
            $ids = [$id];
        }
        $way = substr($fault->kind, -5);
        $mode = ['.mute' => 'mute', '.deaf' => 'deaf'][$way] ?? ['cut', 'drop_all'][$fault->amount];
        $part = fn(string $mode) => array_sum(array_map(fn($id) => $this->ensemble->part($id, $mode), $ids));
        $before = $part('pass');
        $from = hrtime(true);
        $part($mode);
        $far = $family ? array_diff(array_keys($family->links), $ids) : [];
        $this->links($family, $far, 'cut');
        return ["$whom: $mode", function () use ($part, $before, $from, $far, $family, $ids) {
            $disturbed = $part('pass') > $before;
            $this->links($family, $far, 'pass');
            // The servers notice only after a while that nothing is committed any more.
            $all = array_filter($this->families, fn($one) => $one->links && ($one === $family || count($ids) === 3));
            foreach ($all as $one) {
                $this->idle[$one->name][] = [$from, hrtime(true)];
            }
            return $disturbed ? '' : 'nothing went between them';
        }, $ids];
    }

    /** Sets links, and notes for away() whether they pass. How much they have disturbed until then. */
    private function links(?Family $family, array $ids, string $mode, int $ms = 0): int
    {
        $passes = in_array($mode, ['pass', 'delay', 'drop_multi_reply'], true);
        $disturbed = 0;
        foreach ($ids as $id) {
            $passes || $this->links[$family->name][] = [hrtime(true), $id, false];
            $family->links[$id]->mode($mode, $ms);
            $passes && $this->links[$family->name][] = [hrtime(true), $id, true];
            $disturbed += $family->links[$id]->disturbed();
        }
        return $disturbed;
    }

    /** Takes a node that two families ask for from the one that has it, for so long that the other gets it. */
    private function theft(Fault $fault, Family $family): array
    {
        $claim = sprintf('%04d', $family->is['nodes'][0]);
        [$keeper] = $this->asked(claimants(...))[$claim] ?? throw new NotDone('nobody had the node');
        $rivals = array_filter($this->families, fn($one) => $one->is['nodes'] === $family->is['nodes']);
        foreach ($rivals as $family) {
            if (in_array($keeper, $family->owners(), true)) {
                $hit = $fault->kind === 'theft.cut' ? $this->link($fault, $family) : $this->family($fault, $family);
                return [trim("has node $claim, $hit[0]", ', '), $hit[1], [], $family->name];
            }
        }
        throw new NotDone("$keeper had the node");
    }

    /** What a server says that serves; another might keep us waiting. */
    private function asked(callable $what): array
    {
        $serve = array_filter($this->ensemble->servers, fn($server) => str_contains($server->ask('srvr', 0.3), 'Mode:'));
        try {
            return $what(reset($serve) ?: throw new Exception('no server served'));
        } catch (Exception $error) {
            throw new NotDone($error->getMessage());
        }
    }

    /** Ends its sessions, as if its keeper had been away for too long. */
    private function session(Family $family): array
    {
        $owners = self::there($family->owners());
        return [implode(' ', $this->asked(function (Server $server) use ($owners) {
            $its = array_filter(claimants($server), fn($claimant) => in_array($claimant[0], $owners, true));
            $sessions = array_unique(array_column($its, 1)) ?: throw new Exception('it had no session');
            array_map((new Znodes($server, 2000))->expire(...), $sessions);
            return $sessions;
        })), null];
    }

    private function link(Fault $fault, Family $family): array
    {
        $mode = match ($fault->kind) {
            'link.cut', 'link.cut.long', 'link.cut.one', 'theft.cut' => 'cut',
            'link.silent' => 'drop_all',
            'link.requests.lost' => 'drop_requests',
            'link.replies.lost' => 'drop_replies',
            'link.multi.unanswered' => 'drop_multi_reply',
            'link.delay' => 'delay',
        };
        [$ids, $whom] = [array_keys($family->links), $mode === 'delay' ? "$fault->amount ms" : ''];
        if ($fault->kind === 'link.cut.one') {
            // The one that is in use, if any is.
            $used = array_keys(array_filter($family->links, fn($link) => $link->connections() > 0));
            $id = $used[0] ?? $fault->index + 1;
            [$ids, $whom] = [[$id], "server $id"];
        }
        $before = array_sum(array_map(fn($link) => $link->disturbed(), $family->links));
        $this->links($family, $ids, $mode, $mode === 'delay' ? $fault->amount : 0);
        return [$whom, function () use ($family, $ids, $before, $mode) {
            $this->links($family, $ids, 'pass');
            $after = array_sum(array_map(fn($link) => $link->disturbed(), $family->links));
            return $after > $before ? '' : ($mode === 'cut' ? 'there was no connection' : 'nothing went through it');
        }];
    }

    private function clock(Fault $fault, Family $family): array
    {
        $set = function (int $ms) use ($family) {
            $this->clocks[$family->name][] = [hrtime(true), $ms];
            $family->clock->set($ms);
        };
        $restart = str_ends_with($fault->kind, 'restart');
        $restart && $family->kill(true);
        if ($fault->kind === 'clock.back.beside') {
            // It has a spare, which the article's PHP takes, and knows nothing of that when it would move there.
            $articles = array_filter($this->families, fn($one) => $one->is['kind'] === 'article' && !$one->ended());
            ($articles ? reset($articles) : throw new NotDone("the article's PHP was not there"))->say('storm 12');
            $this->at(hrtime(true) + 1_500_000_000, fn() => $set($fault->amount));
        } else {
            $set($fault->amount);
        }
        $restart && $this->start($family);
        return ["$fault->amount ms", function () use ($set) {
            $set(0);
        }];
    }

    private function storm(Fault $fault, CliFamily $family): array
    {
        self::there($family->processes());
        $family->say(($fault->kind === 'storm' ? 'storm ' : 'race ') . $fault->amount);
        return ["$fault->amount processes", null];
    }

    private function registry(Family $family): array
    {
        $files = glob("{$family->directory()}/*") ?: throw new NotDone('there was no file');
        array_map(unlink(...), $files);
        return [implode(' ', array_map('basename', $files)), null];
    }
}
