<?php

namespace App\Entity;

use Dig\Ticket\Bridge\Doctrine\TicketIdGenerator;
use Dig\Ticket\Bridge\Doctrine\TicketIdType;
use Doctrine\ORM\Mapping as ORM;

// services.yaml needs no line for the generator; config/packages/doctrine.yaml has one for the type.
#[ORM\Entity]
#[ORM\Table(name: 'orders')]
class Order
{
    #[ORM\Id]
    #[ORM\Column(type: TicketIdType::NAME)]
    #[ORM\GeneratedValue(strategy: 'CUSTOM')]
    #[ORM\CustomIdGenerator(class: TicketIdGenerator::class)]
    private ?string $id = null;

    public function __construct(
        #[ORM\Column]
        private string $title,
        // Its column has the type of the key it refers to.
        #[ORM\ManyToOne(targetEntity: self::class)]
        private ?self $parent = null,
    ) {
    }

    /** A string, as JavaScript's numbers have 53 bits. Null before persist(). */
    public function getId(): ?string
    {
        return $this->id;
    }

    public function getTitle(): string
    {
        return $this->title;
    }

    public function getParent(): ?self
    {
        return $this->parent;
    }
}
