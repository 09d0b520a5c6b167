--TEST--
Programs that were written for php-zookeeper: classes that extend Zookeeper, a leader's election, paths of many parts
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server();
echo run(COMPAT . <<<'PHP'
// With its own constructor, and callbacks in its calls.
class Worker extends Zookeeper
{
    const CONTAINER = '/cluster';

    protected $acl = array(array('perms' => Zookeeper::PERM_ALL, 'scheme' => 'world', 'id' => 'anyone'));

    private $isLeader = false;

    private $znode;

    public function __construct($host = '', $watcher_cb = null, $recv_timeout = 10000)
    {
        parent::__construct($host, $watcher_cb, $recv_timeout);
    }

    public function register()
    {
        if (!$this->exists(self::CONTAINER)) {
            $this->create(self::CONTAINER, null, $this->acl);
        }
        $this->znode = $this->create(self::CONTAINER . '/w-', null, $this->acl, Zookeeper::EPHEMERAL | Zookeeper::SEQUENCE);
        $this->znode = str_replace(self::CONTAINER . '/', '', $this->znode);
        $watching = $this->watchPrevious();
        $this->isLeader = $watching == $this->znode;
        return $this->isLeader ? 'the leader' : "watches $watching";
    }

    public function watchPrevious()
    {
        $workers = $this->getChildren(self::CONTAINER);
        sort($workers);
        $at = array_search($this->znode, $workers);
        if ($at > 0) {
            $this->get(self::CONTAINER . '/' . $workers[$at - 1], array($this, 'watchNode'));
            $this->exists(self::CONTAINER . '/' . $workers[$at - 1], array($this, 'watchNode'));
            return $workers[$at - 1];
        }
        return $workers[$at];
    }

    public function watchNode($i, $type, $name)
    {
    }
}
$host = ini_get('ticket.dsn');
$workers = [new Worker($host), new Worker($host), new Worker($host)];
foreach ($workers as $worker) echo $worker->register(), "\n";
unset($workers[0], $worker);
$all = (new Zookeeper($host))->getChildren('/cluster');
sort($all);
echo implode(' ', $all), "\n";

// Strict types, and methods of its own.
eval(<<<'CODE'
declare(strict_types=1);
class Paths extends \Zookeeper
{
    public function makePath(string $path, string $value = ''): bool
    {
        $subpath = '';
        foreach (array_filter(explode('/', $path)) as $part) {
            $subpath .= '/' . $part;
            if (!$this->exists($subpath) && !$this->makeNode($subpath, $value)) return false;
        }
        return true;
    }

    public function makeNode(string $path, string $value, array $acls = [], int $flag = 0): bool
    {
        return (bool) $this->create($path, $value, $acls ?: [['perms' => \Zookeeper::PERM_ALL, 'scheme' => 'world', 'id' => 'anyone']], $flag);
    }

    public function deletePath(string $path): bool
    {
        foreach ($this->getChildren($path) as $child) $this->deletePath($path . '/' . $child);
        return $this->delete($path);
    }
}
CODE);
$paths = new Paths($host);
all(fn() => $paths->makePath('/a/b/c'), fn() => $paths->get('/a/b/c'), fn() => $paths->getChildren('/a'), fn() => $paths->deletePath('/a'), fn() => $paths->exists('/a'));

// A lock as Symfony's, by an ephemeral znode and the codes of errors.
class Store
{
    function __construct(private Zookeeper $zookeeper) {}
    function save(string $key, string $token): string
    {
        if ($this->exists($key, $token)) return 'ours';
        try {
            $this->zookeeper->create($key, $token, OPEN, Zookeeper::EPHEMERAL);
            return 'taken';
        } catch (ZookeeperException $e) {
            return Zookeeper::NODEEXISTS === $e->getCode() ? 'conflict' : 'failed';
        }
    }
    function exists(string $key, string $token): bool
    {
        try { return $this->zookeeper->get($key) === $token; } catch (ZookeeperException) { return false; }
    }
}
$stores = [new Store(new Zookeeper($host)), new Store(new Zookeeper($host))];
foreach ([[0, 'a'], [1, 'b'], [0, 'a']] as [$i, $token]) echo $stores[$i]->save('/lock', $token), ' ';
unset($stores[0]);
echo $stores[1]->save('/lock', 'b'), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
the leader
watches w-0000000000
watches w-0000000001
w-0000000001 w-0000000002
true
null
["b"]
true
false
taken conflict ours taken
