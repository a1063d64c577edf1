#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "runners/http/http.hpp"

namespace assay {

/// When to give up, and what stands between two attempts.
struct RetryRules {
  std::chrono::milliseconds total{120000};     // all attempts together
  std::chrono::milliseconds first_pause{500};  // doubled each time
  std::chrono::milliseconds longest_pause{15000};
  std::chrono::milliseconds attempt{60000};  // one attempt
};

/// The first answer that does not pass by itself, and whether an attempt before it went unanswered
/// (it may have arrived after all).
struct FinalAnswer {
  HttpResponse response;
  bool may_have_arrived = false;
};

/// Sends what `make` gives, anew for each attempt (a signature ages), until there is an answer that
/// trying again would not change. Tried again: no answer, 408, 429, 5xx. When the time is up,
/// the server is not trusted or its answer too long, throws std::runtime_error with `words` of the
/// reason; `refusal` puts an answer into words.
FinalAnswer request_patiently(const std::function<HttpRequest()>& make, std::size_t body_bytes_max,
                              const RetryRules& rules,
                              const std::function<std::string(const HttpResponse&)>& refusal,
                              const std::function<std::string(const std::string&)>& words);

}  // namespace assay
