<?php

namespace Dig\Ticket\Bridge\Doctrine;

use Dig\Ticket\Number;
use Doctrine\ORM\EntityManagerInterface;
use Doctrine\ORM\Id\AbstractIdGenerator;

/** Gives an entity its key in persist(), before it is inserted. */
final class TicketIdGenerator extends AbstractIdGenerator
{
    public function generateId(EntityManagerInterface $em, $entity): string
    {
        return (string) (new Number())->generate();
    }
}
