// SPDX-License-Identifier: Apache-2.0
#include "server/api_server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/secure_wipe.h"

namespace bulkhead::control {

namespace {

constexpr int kMaxMessageBytes = static_cast<int>(policy::kMaxPolicyBytes) + (64 << 10);
// One thread per call or stream: streams (EventHub::kMaxFollowers, FlowHub::kMaxFollowers) and some
// to spare.
constexpr int kMaxThreads = 96;
constexpr size_t kMaxPemBytes = 1u << 20;
// sun_path holds 108 bytes with its NUL.
constexpr size_t kMaxSocketPath = 107;

Status prepare_socket(const std::string& path) {
  if (path.size() > kMaxSocketPath)
    return Error{ErrorCode::kInvalid, "api_socket " + path + " is longer than 107 bytes"};
  const std::string directory = std::filesystem::path(path).parent_path();
  if (directory.empty() || ::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return io_error("make directory " + directory + " for api_socket");
}

Result<std::shared_ptr<grpc::ServerCredentials>> tls(const ControlConfig& config) {
  Result<std::string> chain = read_file(config.certificate, kMaxPemBytes);
  if (!chain) return std::move(chain).error().within("certificate");
  Result<std::string> key = read_file(config.private_key, kMaxPemBytes);
  if (!key) return std::move(key).error().within("private_key");
  Result<std::string> roots = read_file(config.trust_anchors, kMaxPemBytes);
  if (!roots) return std::move(roots).error().within("trust_anchors");
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = *roots;
  options.pem_key_cert_pairs.push_back({*key, *chain});
  secure_wipe(key->data(), key->size());
  return grpc::SslServerCredentials(options);
}

void limit(grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("api");
  quota.SetMaxThreads(kMaxThreads);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second server must fail, not share
}

}  // namespace

struct ApiServer::Inside {
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  uint16_t tls_port = 0;
};

ApiServer::ApiServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

ApiServer::~ApiServer() {
  stop();
}

uint16_t ApiServer::tls_port() const noexcept {
  return inside_->tls_port;
}

void ApiServer::stop() {
  if (inside_->server == nullptr) return;
  inside_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  inside_->server.reset();
}

Result<std::unique_ptr<ApiServer>> ApiServer::start(Parts& parts) {
  const ControlConfig& config = parts.config;
  if (Status ready = prepare_socket(config.api_socket); !ready) return std::move(ready).error();
  // It would call it an error that clients have no host names.
  gpr_set_log_function([](gpr_log_func_args* said) { spdlog::debug("grpc: {}", said->message); });
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto inside = std::make_unique<Inside>();
  grpc::ServerBuilder builder;
  limit(builder);
  // Neither group nor others may connect, from the first moment on.
  const mode_t mask = ::umask(0177);
  builder.AddListeningPort("unix:" + config.api_socket, grpc::InsecureServerCredentials());
  int tls_port = -1;
  if (config.api_listen) {
    auto credentials = tls(config);
    if (!credentials) {
      ::umask(mask);
      return std::move(credentials).error();
    }
    builder.AddListeningPort(to_string(*config.api_listen), *credentials, &tls_port);
  }
  for (auto* make :
       {make_policy_service, make_telemetry_service, make_mesh_service, make_dataplane_service,
        make_pki_service, make_audit_service, make_grant_service, make_lock_service,
        make_break_glass_service, make_approval_service, make_fleet_service, make_learn_service}) {
    inside->services.push_back(make(parts));
    builder.RegisterService(inside->services.back().get());
  }
  inside->server = builder.BuildAndStart();
  ::umask(mask);
  if (inside->server == nullptr || tls_port == 0)
    return Error{ErrorCode::kIo,
                 "the API cannot listen at " + config.api_socket +
                     (config.api_listen ? " and " + to_string(*config.api_listen) : "") +
                     ": is another bulkhead-control running, or a path not writable?"};
  if (tls_port > 0) inside->tls_port = static_cast<uint16_t>(tls_port);
  ::chmod(config.api_socket.c_str(), 0600);
  return std::unique_ptr<ApiServer>{new ApiServer(std::move(inside))};
}

}  // namespace bulkhead::control
