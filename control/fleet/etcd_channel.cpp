// SPDX-License-Identifier: Apache-2.0
#include "fleet/etcd_channel.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>

namespace bulkhead::control {

namespace {

namespace tls = grpc::experimental;

constexpr int kMaxMessage = 8 << 20;
// etcd ends connections that ask more often than every 5 s (--grpc-keepalive-min-time).
constexpr int kKeepaliveMs = 10'000;
constexpr int kKeepaliveTimeoutMs = 5'000;
// Left alone, gRPC tries an endpoint that was away again after 10 s.
constexpr int kFirstBackoffMs = 200;
constexpr int kLongestBackoffMs = 1'000;
constexpr int kConnectMs = 2'000;
constexpr unsigned kReadAgainS = 30;

std::shared_ptr<grpc::ChannelCredentials> credentials(const EtcdEndpoint& endpoint,
                                                      const EtcdFiles& files) {
  if (!endpoint.tls) return grpc::InsecureChannelCredentials();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<tls::FileWatcherCertificateProvider>(
      files.private_key, files.certificate, files.anchors, kReadAgainS));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(options);
}

}  // namespace

std::shared_ptr<grpc::Channel> etcd_channel(const EtcdEndpoint& endpoint, const EtcdFiles& files) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessage);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestBackoffMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(endpoint.address, credentials(endpoint, files), arguments);
}

}  // namespace bulkhead::control
