#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "runners/http/channel.hpp"
#include "runners/http/http.hpp"

namespace assay {

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// Where distributions keep the roots of trust. OpenSSL's own default is that of the machine that
/// it was built on, which is not the one that a bundle runs on.
constexpr std::array<const char*, 4> root_files{
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Amazon Linux, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same, where the link is gone
    "/etc/ssl/ca-bundle.pem"};                            // SUSE

void load_roots(SSL_CTX* context) {
  SSL_CTX_set_default_verify_paths(context);  // with SSL_CERT_FILE and SSL_CERT_DIR
  if (std::getenv("SSL_CERT_FILE") != nullptr) return;
  for (const char* file : root_files) {
    if (access(file, R_OK) == 0 && SSL_CTX_load_verify_file(context, file) == 1) return;
  }
}

Context make_context() {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) throw HttpError("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  load_roots(context.get());
  return context;
}

std::string tls_error() {
  const unsigned long code = ERR_get_error();
  const char* words = code == 0 ? nullptr : ERR_reason_error_string(code);
  return words == nullptr ? "the connection was lost" : words;
}

/// Owns a TLS session; OpenSSL writes to the socket, so that SIGPIPE must be ignored.
class TlsChannel : public Channel {
 public:
  TlsChannel(int fd, std::string host, Deadline deadline)
      : fd_(fd),
        host_(std::move(host)),
        context_(make_context()),
        session_(SSL_new(context_.get()), SSL_free) {
    if (!session_ || SSL_set_fd(session_.get(), fd) != 1) throw HttpError("TLS cannot be set up");
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session_.get());
    // An address is verified as an address, and is no name to ask for.
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str()) != 1) {
      SSL_set_tlsext_host_name(session_.get(), host_.c_str());
      SSL_set1_host(session_.get(), host_.c_str());
    }
    ERR_clear_error();
    until_done(deadline, [&] { return SSL_connect(session_.get()); });
  }

  std::string read(Deadline deadline) override {
    const int count = until_done(deadline, [&] {
      return SSL_read(session_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    });
    return {buffer_.data(), static_cast<std::size_t>(count)};
  }

  void write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const std::size_t part = std::min<std::size_t>(bytes.size(), 1 << 20);
      const int count = until_done(deadline, [&] {
        return SSL_write(session_.get(), bytes.data(), static_cast<int>(part));
      });
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

 private:
  template <class Step>
  int until_done(Deadline deadline, Step step) {
    while (true) {
      ERR_clear_error();
      const int count = step();
      if (count > 0) return count;
      switch (SSL_get_error(session_.get(), count)) {
        case SSL_ERROR_WANT_READ:
          wait_for_socket(fd_, POLLIN, deadline, host_);
          break;
        case SSL_ERROR_WANT_WRITE:
          wait_for_socket(fd_, POLLOUT, deadline, host_);
          break;
        case SSL_ERROR_ZERO_RETURN:
          return 0;
        default:
          fail();
      }
    }
  }

  [[noreturn]] void fail() {
    const long verdict = SSL_get_verify_result(session_.get());
    if (verdict != X509_V_OK) {
      throw UntrustedServer(fmt::format(
          "{}: its certificate is not trusted: {} (roots: package ca-certificates, or the file "
          "that SSL_CERT_FILE names)",
          host_, X509_verify_cert_error_string(verdict)));
    }
    throw HttpError(fmt::format("{}: TLS: {}", host_, tls_error()));
  }

  int fd_;
  std::string host_;
  Context context_;
  Session session_;
  std::array<char, 16384> buffer_{};
};

}  // namespace

std::unique_ptr<Channel> open_tls_channel(int fd, const std::string& host, Deadline deadline) {
  return std::make_unique<TlsChannel>(fd, host, deadline);
}

}  // namespace assay
