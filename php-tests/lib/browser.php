<?php
// A real browser for the tests: Debian's Chromium, without a window and without the network.

require_once __DIR__ . '/ticket.php';

/** The command line of a Chromium that keeps all it writes in $directory. */
function chromium(string $directory, string ...$more): array
{
    return [
        // Its own sandbox wants what root in a container does not have; it sees only what the tests make.
        'chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-breakpad',
        "--user-data-dir=$directory", ...$more,
    ];
}

/** What a page, a file with all that it needs, has made of itself when it is loaded. */
function document_of(string $html): string
{
    $directory = exec('mktemp -d /var/tmp/ticket-test-browser.XXXXXX');
    register_shutdown_function(fn() => exec('rm -rf ' . escapeshellarg($directory)));
    file_put_contents("$directory/page.html", $html);
    $command = chromium("$directory/profile", '--dump-dom', "file://$directory/page.html");
    exec('timeout 120 ' . implode(' ', array_map('escapeshellarg', $command)) . " 2>$directory/log </dev/null", $lines, $status);
    $status === 0 || throw new Exception("chromium ended with $status: " . file_get_contents("$directory/log"));
    return implode("\n", $lines);
}
