// SPDX-License-Identifier: Apache-2.0
#include "cli/api_channel.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "base/file.h"
#include "identity/spiffe_id.h"
#include "pki/key.h"

namespace bulkhead::cli {

namespace {

namespace tls = grpc::experimental;

constexpr int kMaxMessageBytes = 66 << 20;
constexpr size_t kMaxPem = 1u << 20;

// Gateways have no host names: whom we reached says the certificate's URI SAN. The chain was
// checked before.
class GatewayVerifier final : public tls::ExternalCertificateVerifier {
 public:
  bool Verify(tls::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* status) override {
    const auto names = request->uri_names();
    const bool gateway = names.size() == 1 && is_gateway({names[0].data(), names[0].size()});
    *status = gateway
                  ? grpc::Status::OK
                  : grpc::Status(grpc::UNAUTHENTICATED, "the server's certificate is no gateway's");
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  static bool is_gateway(const std::string& uri) {
    const auto id = identity::parse_spiffe_id(uri);
    return id.ok() && id->kind == identity::SubjectKind::kGateway;
  }
};

grpc::ChannelArguments arguments() {
  grpc::ChannelArguments out;
  out.SetMaxReceiveMessageSize(kMaxMessageBytes);
  // Never through a proxy of the environment.
  out.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return out;
}

Result<std::shared_ptr<grpc::ChannelCredentials>> credentials(const ApiPlace& place) {
  if (Status safe = pki::only_owner_may_read(place.key); !safe) return std::move(safe).error();
  std::string texts[3];
  const std::string* paths[] = {&place.anchors, &place.key, &place.certificate};
  for (size_t i = 0; i < 3; ++i) {
    auto text = read_file(*paths[i], kMaxPem);
    if (!text) return std::move(text).error();
    texts[i] = std::move(*text);
  }
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
      texts[0], std::vector<tls::IdentityKeyCertPair>{{texts[1], texts[2]}}));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<GatewayVerifier>());
  options.set_check_call_host(false);
  return tls::TlsCredentials(options);
}

}  // namespace

Result<std::shared_ptr<grpc::Channel>> channel_to(const ApiPlace& place) {
  if (place.server.empty())
    return grpc::CreateCustomChannel("unix:" + place.socket, grpc::InsecureChannelCredentials(),
                                     arguments());
  for (const auto* file : {&place.certificate, &place.key, &place.anchors})
    if (file->empty())
      return Error{ErrorCode::kInvalid,
                   "--server goes with --certificate, --certificate-key and --anchors: who calls, "
                   "and whom to believe (docs/api.md)"};
  // It would call it an error that the server's name is not checked; what fails, fails the call.
  gpr_set_log_function([](gpr_log_func_args*) {});
  auto made = credentials(place);
  if (!made) return std::move(made).error();
  return grpc::CreateCustomChannel(place.server, *made, arguments());
}

}  // namespace bulkhead::cli
