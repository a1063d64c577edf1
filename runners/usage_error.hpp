#pragma once

#include <stdexcept>

namespace assay {

/// The user asked for something that cannot be done; the message says what to type instead. Ends
/// the program with exit code 2, before anything was measured or written.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace assay
