#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay {

/// What a client sent, as far as a test looks at it.
struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

/// "HTTP/1.1 <status> x", Content-Length and the body.
std::string http_answer(int status, const std::string& body = "",
                        const std::string& more_headers = "");

/// Owns a thread that serves one connection after the other on a free port of 127.0.0.1: each
/// request is answered with the bytes that the handler gives, whatever they are, and the connection
/// is closed. No bytes: the connection is closed unanswered.
class FakeServer {
 public:
  using Handler = std::function<std::string(const ReceivedRequest&)>;

  explicit FakeServer(Handler handler);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::string url() const;
  std::vector<ReceivedRequest> received() const;

 private:
  void serve();
  void answer(int fd);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> received_;
  std::thread thread_;
};

}  // namespace assay
