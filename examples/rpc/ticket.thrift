// IDs in blocks, over Thrift. One command makes the PHP of it, beside this file:
//
//     thrift -r --gen php:server ticket.thrift

namespace php Example.Rpc
namespace py ticket_rpc

/** The call cannot be answered as it was made: ask for less. */
exception BadRequest {
    1: string message
}

/** No ID is to be had now (a TicketException of the server's): ask again later, or another server. */
exception Unavailable {
    1: string message
    /** The class of the exception. */
    2: string kind
}

service Ids {
    /**
     * So many IDs, 1 to 1000, that nobody else gets. Not idempotent, and safe to repeat: where an answer is lost, its IDs are
     * skipped, and the next call has others.
     */
    list<i64> generateMany(1: i32 count) throws (1: BadRequest bad, 2: Unavailable unavailable)
}
