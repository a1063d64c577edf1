#pragma once

#include <atomic>
#include <string>

namespace assay {

/// Makes SIGINT, SIGTERM and SIGHUP ask for a stop; a second SIGINT or SIGTERM ends the program at
/// once (nothing can be left behind: test files have no name). SIGPIPE is ignored.
void install_stop_signals();

/// Set once a stop was asked for.
const std::atomic<bool>& stop_flag();

/// "SIGINT", ... of the signal that asked for the stop; empty while there was none.
std::string stop_signal_name();

}  // namespace assay
