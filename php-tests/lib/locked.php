<?php
// Servers that let in only those who prove who they are, and what one proves it with.

require_once __DIR__ . '/client.php';

/** Whoever signs certificates. */
final class Authority
{
    public readonly string $file;
    private string $directory;
    private $key;
    private string $certificate;

    public function __construct(string $name)
    {
        mkdir($this->directory = scratch('authority'));
        [$this->key, $csr] = $this->request($name);
        $signed = openssl_csr_sign($csr, null, $this->key, 10, $this->options('ca', ''), random_int(1, PHP_INT_MAX));
        openssl_x509_export($signed, $text);
        file_put_contents($this->file = "$this->directory/ca.pem", $this->certificate = $text);
    }

    /**
     * A certificate for those names and addresses (`DNS:localhost`, `IP:127.0.0.1`), and its key: two files, and one with both.
     * `$days` 0: it has expired in a second.
     */
    public function issue(string $names, int $days = 10): object
    {
        [$key, $csr] = $this->request(substr(strstr("$names,", ",", true), strpos($names, ":") + 1));
        $signed = openssl_csr_sign($csr, $this->certificate, $this->key, $days, $this->options('leaf', $names), random_int(1, PHP_INT_MAX));
        openssl_x509_export($signed, $certificate);
        openssl_pkey_export($key, $secret);
        $files = (object) [];
        foreach (['cert' => $certificate, 'key' => $secret, 'both' => $certificate . $secret] as $what => $text) {
            $files->$what = "$this->directory/" . bin2hex(random_bytes(4)) . ".$what.pem";
            file_put_contents($files->$what, $text);
        }
        return $files;
    }

    private function request(string $name): array
    {
        $key = openssl_pkey_new($this->options('ca', ''));
        return [$key, openssl_csr_new(['commonName' => $name], $key, $this->options('ca', ''))];
    }

    private function options(string $kind, string $names): array
    {
        $names = $names === '' ? '' : "subjectAltName = $names\n";
        $text = "[req]\ndefault_bits = 2048\ndistinguished_name = dn\n[dn]\n[ca]\nbasicConstraints = critical, CA:true\n"
            . "[leaf]\nbasicConstraints = CA:false\n$names";
        file_put_contents("$this->directory/openssl.cnf", $text);
        return ['config' => "$this->directory/openssl.cnf", 'x509_extensions' => $kind, 'digest_alg' => 'sha256'];
    }
}

/** Settings of zoo.cfg for a secure port. `$clients`: `none`, `want` or `need` a certificate that `$of` has signed. */
function secure(object $files, Authority $of, string $clients = 'none'): array
{
    return [
        'serverCnxnFactory' => 'org.apache.zookeeper.server.NettyServerCnxnFactory',
        'secureClientPort' => free_port(),
        'secureClientPortAddress' => '127.0.0.1',
        'ssl.keyStore.location' => $files->both,
        'ssl.keyStore.type' => 'PEM',
        'ssl.trustStore.location' => $of->file,
        'ssl.trustStore.type' => 'PEM',
        'ssl.clientAuth' => $clients,
    ];
}

/** Settings of zoo.cfg for SASL's DIGEST-MD5 with those users and their passwords, and only for them. */
function sasl(array $users): array
{
    $lines = array_map(fn($user, $password) => " user_$user=\"$password\"", array_keys($users), $users);
    file_put_contents($file = scratch('jaas.conf'), 'Server { org.apache.zookeeper.server.auth.DigestLoginModule required'
        . implode('', $lines) . "; };\n");
    return [
        'jaas' => $file,
        'authProvider.sasl' => 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
        'enforce.auth.enabled' => 'true',
        'enforce.auth.schemes' => 'sasl',
    ];
}

/** A file that is readable for its owner alone, whole or not at all. */
function put(string $file, string $text, int $mode = 0600): void
{
    file_put_contents("$file.new", $text);
    chmod("$file.new", $mode);
    rename("$file.new", $file);
}

/** For code given to start(), after CLIENT, which has `WORDS`: what is put for what differs from run to run. */
const SAID = <<<'PHP'
/** What is thrown, by issuing an ID or by that, once it holds this; or after 30 s whatever it is. */
function said(string $what, ?callable $by = null): string {
    $end = hrtime(true) + 30e9;
    do $said = thrown($by ?? fn() => (new Number())->generate()); while (!str_contains($said, $what) && hrtime(true) < $end);
    return preg_replace(array_keys(WORDS), WORDS, $said);
}

PHP;
