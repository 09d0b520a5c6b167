<?php

namespace App\Models;

use Dig\Ticket\Bridge\Laravel\AsTicketId;
use Dig\Ticket\Bridge\Laravel\HasTicketId;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;
use Illuminate\Database\Eloquent\Relations\HasMany;

class Order extends Model
{
    use HasTicketId;

    protected $fillable = ['title', 'parent_id'];

    protected $casts = ['parent_id' => AsTicketId::class];

    public function parent(): BelongsTo
    {
        return $this->belongsTo(self::class);
    }

    public function parts(): HasMany
    {
        return $this->hasMany(self::class, 'parent_id');
    }
}
