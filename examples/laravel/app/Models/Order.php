<?php

namespace App\Models;

use App\Models\Concerns\HasTicketId;
use Illuminate\Database\Eloquent\Model;

class Order extends Model
{
    use HasTicketId;

    protected $fillable = ['title', 'parent_id'];

    // A column that refers to such a key goes to JSON, too.
    protected $casts = ['parent_id' => 'string'];
}
