#pragma once

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runners/http/url.hpp"

namespace assay {

/// Names are compared without regard to case, and sorted as Signature Version 4 wants them.
struct HeaderLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, HeaderLess>;

struct HttpRequest {
  std::string method = "GET";
  Url url;
  Headers headers;  // Host, Content-Length and Connection are added
  std::string_view body;
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// `total` bounds the whole request, also against a server that sends one byte a second; only the
/// look-up of a name has the resolver's own limits.
struct HttpLimits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds total{60000};
  std::size_t body_bytes_max = std::size_t{1} << 20;  // of the response
};

/// What went wrong before there was an answer: nothing of it is known to have reached the server.
class HttpError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// No byte of the request was sent.
class NotSent : public HttpError {
 public:
  using HttpError::HttpError;
};

/// The server's certificate is not one that this machine trusts for that name: trying again is
/// vain.
class UntrustedServer : public HttpError {
 public:
  using HttpError::HttpError;
};

/// The body is longer than body_bytes_max: so would it be the next time.
class AnswerTooLong : public HttpError {
 public:
  using HttpError::HttpError;
};

/// One request on a connection of its own: HTTP/1.1, no proxy (whatever the environment says), no
/// redirect followed, TLS 1.2 or later with certificate and name verified. Throws HttpError in
/// words, which name the host but never the query or a header.
HttpResponse http_request(const HttpRequest& request, const HttpLimits& limits);

}  // namespace assay
