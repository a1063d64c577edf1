#pragma once

#include <stdexcept>

namespace assay {

/// A case asks for what this machine does not have (poll queues, a newer kernel): it is skipped
/// with these words, not failed.
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace assay
