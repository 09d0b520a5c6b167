--TEST--
A leader's election as it was written for php-zookeeper: who is killed is followed at once, long before its session's time is over
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server(['maxSessionTimeout' => 120_000]);
$znodes = new Znodes($server);
$znodes->mkdir('/cluster');
$code = COMPAT . <<<'PHP'
class Worker extends Zookeeper
{
    private $znode;

    public function register()
    {
        $this->znode = basename($this->create('/cluster/w-', null, OPEN, Zookeeper::EPHEMERAL | Zookeeper::SEQUENCE));
        echo "registered as $this->znode\n";
        $this->watchNode(null, null, null);
    }

    public function watchNode($type, $state, $path)
    {
        $workers = $this->getChildren('/cluster');
        sort($workers);
        $before = array_search($this->znode, $workers) - 1;
        if ($before >= 0) {
            // Both, as scripts have it: one of them is told of the end.
            $this->get("/cluster/$workers[$before]", [$this, 'watchNode']);
            $this->exists("/cluster/$workers[$before]", [$this, 'watchNode']);
        }
        echo $before < 0 ? 'leads' : "watches $workers[$before]", "\n";
    }
}
$worker = new Worker(ini_get('ticket.dsn'), null, 120_000);
$worker->register();
while (true) sleep(2);
PHP;
$workers = [];
for ($i = 0; $i < 3; $i++) {
    $workers[] = $one = start($code, client($server));
    echo $one->line(), ', ', $one->line(), "\n";
}
for ($i = 0; $i < 2; $i++) {
    $began = hrtime(true);
    kill($workers[$i]->pid());
    // Both of its watches say so.
    for ($said = []; !in_array('leads', $said); $said[] = $workers[$i + 1]->line());
    var_dump(hrtime(true) - $began < 60e9);
}
kill($workers[2]->pid());
var_dump(settled(fn() => $znodes->children('/cluster'), []));
?>
--EXPECT--
registered as w-0000000000, leads
registered as w-0000000001, watches w-0000000000
registered as w-0000000002, watches w-0000000001
bool(true)
bool(true)
array(0) {
}
