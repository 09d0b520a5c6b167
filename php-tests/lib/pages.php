<?php
// The pages for people: README.md, docs/, SECURITY.md and what else is in Markdown, and the blocks of code in them.

/** A block of code: of a fence, or indented after an empty line, which is one of commands. */
final class Block
{
    public function __construct(
        public readonly string $page,
        public readonly int $line,
        public readonly string $language,
        public readonly string $text,
    ) {
    }

    /** The first line that says something of its own: what it is called by in tables. */
    public function first(): string
    {
        foreach (explode("\n", $this->text) as $line) {
            if (!preg_match('/^(use [\w\\\\]|\s*$)/', $line)) {
                return trim($line);
            }
        }
        return trim($this->text);
    }

    public function at(): string
    {
        return "$this->page:$this->line";
    }
}

/** Those of the project that are kept in git or are new, with their paths in it. */
function pages(string $root): array
{
    $found = ['README.md', 'SECURITY.md', 'CHANGELOG.md'];
    foreach (['docs', 'examples', 'php-tests', 'stubs', 'src'] as $folder) {
        $files = is_dir("$root/$folder") ? new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$root/$folder", FilesystemIterator::SKIP_DOTS)) : [];
        foreach ($files as $file) {
            if (str_ends_with($file, '.md') && !preg_match('~/(vendor|node_modules)/~', $file)) {
                $found[] = substr($file, strlen($root) + 1);
            }
        }
    }
    sort($found);
    return $found;
}

/** Those whose blocks are run. */
function documents(string $root): array
{
    return preg_grep('~^(README\.md|docs/[^/]+\.md)$~', pages($root));
}

/** @return list<Block> */
function blocks(string $root, string $page): array
{
    $found = [];
    [$language, $text, $began, $indent, $empty] = [null, '', 0, '', true];
    foreach ([...explode("\n", file_get_contents("$root/$page")), ''] as $number => $line) {
        $ends = match (true) {
            $language === null => false,
            $language === 'indented' => $line !== '' && !str_starts_with($line, '    '),
            default => rtrim($line) === "$indent```",
        };
        if ($ends) {
            $found[] = new Block($page, $began, $language === 'indented' ? 'sh' : $language, rtrim($text) . "\n");
            $fenced = $language !== 'indented';
            [$language, $text] = [null, ''];
            if ($fenced) {
                continue;
            }
        }
        if ($language !== null) {
            $text .= ($language === 'indented' ? substr($line, 4) : preg_replace("/^$indent/", '', $line)) . "\n";
        } elseif (preg_match('/^( *)```(\w*)/', $line, $fence)) {
            [$indent, $language, $began] = [$fence[1], $fence[2], $number + 1];
        } elseif ($empty && preg_match('/^ {4}\S/', $line)) {
            [$language, $began, $text] = ['indented', $number + 1, substr($line, 4) . "\n"];
        }
        $empty = trim($line) === '';
    }
    if ($language !== null && $language !== 'indented') {
        throw new Exception("$page:$began: a block that does not end");
    }
    return $found;
}

/** A page without its blocks of code. */
function prose(string $root, string $page): string
{
    return preg_replace('/^( *)```.*?^\1```$/ms', '', file_get_contents("$root/$page"));
}

/** @return list<array{int, string}> level and text of a page's headings */
function headings(string $root, string $page): array
{
    preg_match_all('/^(#+) (.*)$/m', prose($root, $page), $found, PREG_SET_ORDER);
    return array_map(fn($one) => [strlen($one[1]), $one[2]], $found);
}

/** What a page can be linked to with after a `#`, as GitHub makes it of the headings. */
function anchors(string $root, string $page): array
{
    $made = [];
    foreach (headings($root, $page) as [, $text]) {
        $text = preg_replace('/\[([^\]]*)\]\([^)]*\)/', '$1', $text);
        $anchor = preg_replace('/[^\p{L}\p{M}\p{N}_ -]/u', '', strtolower($text));
        $anchor = str_replace(' ', '-', $anchor);
        $times = $made[$anchor] ?? 0;
        $made[$anchor] = $times + 1;
        $times === 0 || $made["$anchor-$times"] = 1;
    }
    return array_keys($made);
}

/** @return list<string> the targets of a page's links */
function links(string $root, string $page): array
{
    preg_match_all('/\]\(([^)\s]+)\)/', preg_replace('/`[^`\n]*`/', '', prose($root, $page)), $found);
    return $found[1];
}
