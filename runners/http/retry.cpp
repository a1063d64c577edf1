#include "runners/http/retry.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace assay {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

bool is_passing(int status) { return status == 408 || status == 429 || status >= 500; }

}  // namespace

FinalAnswer request_patiently(const std::function<HttpRequest()>& make, std::size_t body_bytes_max,
                              const RetryRules& rules,
                              const std::function<std::string(const HttpResponse&)>& refusal,
                              const std::function<std::string(const std::string&)>& words) {
  const auto deadline = SteadyClock::now() + rules.total;
  milliseconds pause = rules.first_pause;
  FinalAnswer answer;
  while (true) {
    std::string reason;
    try {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - SteadyClock::now());
      HttpLimits limits;
      limits.total = std::min(rules.attempt, std::max(left, milliseconds(1)));
      limits.body_bytes_max = body_bytes_max;
      answer.response = http_request(make(), limits);
      if (!is_passing(answer.response.status)) return answer;
      reason = refusal(answer.response);
    } catch (const UntrustedServer& error) {
      throw std::runtime_error(words(error.what()));
    } catch (const AnswerTooLong& error) {
      throw std::runtime_error(words(error.what()));
    } catch (const NotSent& error) {
      reason = error.what();
    } catch (const HttpError& error) {
      answer.may_have_arrived = true;
      reason = error.what();
    }
    if (SteadyClock::now() + pause >= deadline) {
      throw std::runtime_error(words(reason + "; tried until the time was up"));
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, rules.longest_pause);
  }
}

}  // namespace assay
