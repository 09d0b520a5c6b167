<?php
// Prints all that Reflection tells of the functions and classes named on the command line, in one order. The
// second argument, if any, is a file that declares them.

function type(?ReflectionType $type): string
{
    return $type === null ? 'none' : (string) $type;
}

[, $file] = $argv;
if ($file !== '') {
    require $file;
}

function signature(ReflectionFunctionAbstract $function): string
{
    $parameters = array_map(fn($p) => sprintf(
        '%s%s%s $%s%s',
        type($p->getType()),
        $p->isPassedByReference() ? ' &' : '',
        $p->isVariadic() ? ' ...' : '',
        $p->getName(),
        $p->isOptional() ? ' = ' . json_encode($p->getDefaultValue()) : ''
    ), $function->getParameters());
    return sprintf("%s(%s): %s\n", $function->name, implode(', ', $parameters), type($function->getReturnType()));
}

foreach (array_slice($argv, 2) as $name) {
    if (function_exists($name)) {
        echo 'function ', signature(new ReflectionFunction($name));
        continue;
    }
    $class = new ReflectionClass($name);
    $parent = $class->getParentClass();
    $interfaces = $class->getInterfaceNames();
    sort($interfaces);
    printf(
        "%s%s %s extends %s implements %s\n",
        $class->isFinal() ? 'final ' : '',
        $class->isInterface() ? 'interface' : 'class',
        $name,
        $parent ? $parent->name : 'none',
        implode(', ', $interfaces)
    );
    $constants = $class->getReflectionConstants();
    usort($constants, fn($a, $b) => $a->name <=> $b->name);
    foreach ($constants as $constant) {
        printf("  %s const %s = %s\n", implode(' ', Reflection::getModifierNames($constant->getModifiers())), $constant->name, json_encode($constant->getValue()));
    }
    $methods = array_filter($class->getMethods(), fn($method) => $method->class === $name);
    usort($methods, fn($a, $b) => $a->name <=> $b->name);
    foreach ($methods as $method) {
        echo '  ', implode(' ', Reflection::getModifierNames($method->getModifiers())), ' ', signature($method);
    }
}
