#pragma once

#include <atomic>
#include <string>

namespace assay {

/// Makes SIGINT, SIGTERM and SIGHUP ask for a stop; a second SIGINT or SIGTERM ends the program at
/// once (nothing can be left behind: test files have no name). SIGPIPE is ignored.
void install_stop_signals();

/// Set once a stop was asked for.
const std::atomic<bool>& stop_flag();

/// Asks for a stop as a signal does, for a reason in words; the first one stays. Not for handlers.
void request_stop(const std::string& reason);

/// "SIGINT", ... of the signal that asked for the stop, or the words of request_stop(); empty while
/// nobody asked.
std::string stop_reason();

}  // namespace assay
