<?php
// Prints all that Reflection tells of the functions and classes named on the command line, in one order. The
// second argument, if any, is files that declare them, with colons between.

function type(?ReflectionType $type): string
{
    return $type === null ? 'none' : (string) $type;
}

[, $file] = $argv;
foreach (array_filter(explode(':', $file)) as $one) {
    require $one;
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
        $class->isInterface() ? 'interface' : ($class->isEnum() ? 'enum' : 'class'),
        $name,
        $parent ? $parent->name : 'none',
        implode(', ', $interfaces)
    );
    $constants = array_filter($class->getReflectionConstants(), fn($constant) => !$constant->isEnumCase());
    usort($constants, fn($a, $b) => $a->name <=> $b->name);
    foreach ($constants as $constant) {
        printf("  %s const %s = %s\n", implode(' ', Reflection::getModifierNames($constant->getModifiers())), $constant->name, json_encode($constant->getValue()));
    }
    $cases = $class->isEnum() ? (new ReflectionEnum($name))->getCases() : [];
    foreach ($cases as $case) {
        echo "  case $case->name\n";
    }
    foreach ($class->getProperties() as $property) {
        if ($property->class === $name) {
            // PHP 8.4 and later say of what is read only who may write it.
            $modifiers = array_diff(Reflection::getModifierNames($property->getModifiers()), ['protected(set)']);
            $modifiers = implode(' ', $modifiers);
            $default = $property->hasDefaultValue() ? ' = ' . json_encode($property->getDefaultValue()) : '';
            printf("  %s %s \$%s%s\n", $modifiers, type($property->getType()), $property->name, $default);
        }
    }
    $methods = array_filter($class->getMethods(), fn($method) => $method->class === $name);
    usort($methods, fn($a, $b) => $a->name <=> $b->name);
    foreach ($methods as $method) {
        echo '  ', implode(' ', Reflection::getModifierNames($method->getModifiers())), ' ', signature($method);
    }
}
