<?php
$authority = new Authority('an authority');
$files = $authority->issue('IP:127.0.0.1');
foreach (['digest', 'sasl'] as $scheme) {
    put(${$scheme} = scratch('credentials'), "$scheme:shop:password\n");
}
return [
    'zoo.cfg' => secure($files, $authority, 'want'),
    'start' => fn(Server $server) => (new Znodes($server))->mkdir('/shop'),
    'replace' => ['/etc/ticket/ca.pem' => $authority->file, '/etc/ticket/web1.pem' => $files->cert, '/etc/ticket/web1.key' => $files->key],
    'servers' => fn(Server $server) => [
        'tcp+tls://zk1.example:2281,tcp+tls://zk2.example:2281' => $server->secure(),
        'tcp+tls://zk3.example:2281' => $server->secure(),
    ],
    'blocks' => [
        '$elsewhere = new Client(\'tcp+tls://zk3.example:2281\', [\'tls\' => [\'ca\' => $ca, \'cert\' => $cert, \'key\' => $key]]);      // files' => [
            'before' => "[\$ca, \$cert, \$key] = ['$authority->file', '$files->cert', '$files->key'];",
            'after' => 'if (!$elsewhere->exists("/")) throw new Exception("/ is not there");',
        ],
        '$other = new Client(null, [\'auth\' => [[\'digest\', \'shop:password\']]]);' => [
            'after' => 'if (array_column($other->whoAmI(), "id")[0] === null) throw new Exception("nobody");',
        ],
        'ticket.zookeeper_auth=file:/run/secrets/zookeeper     ; or env:ZOOKEEPER_AUTH' => ['replace' => ['/run/secrets/zookeeper' => $digest]],
        'ticket.zookeeper_auth=file:/run/secrets/zookeeper' => ['replace' => ['/run/secrets/zookeeper' => $digest]],
        '$ cat /run/secrets/zookeeper' => ['replace' => ['/run/secrets/zookeeper' => $sasl]],
    ],
];
