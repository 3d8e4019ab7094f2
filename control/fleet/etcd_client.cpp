// SPDX-License-Identifier: Apache-2.0
#include "fleet/etcd_client.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <mutex>

#include "etcd/rpc.grpc.pb.h"
#include "fleet/etcd_channel.h"

namespace bulkhead::control {

namespace {

namespace api = etcdserverpb;

constexpr auto kDeadline = std::chrono::seconds(4);

ErrorCode code_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::UNAVAILABLE:
    case grpc::DEADLINE_EXCEEDED:
    case grpc::CANCELLED:
    case grpc::ABORTED:
      return ErrorCode::kUnavailable;
    case grpc::UNAUTHENTICATED:
    case grpc::PERMISSION_DENIED:
      return ErrorCode::kPermission;
    case grpc::RESOURCE_EXHAUSTED:
    case grpc::INVALID_ARGUMENT:  // "request is too large"
      return ErrorCode::kExhausted;
    default:
      return ErrorCode::kInternal;
  }
}

EtcdValue value_of(const api::KeyValue& from) {
  return {from.key(), from.value(), from.mod_revision()};
}

void set(api::Compare& out, const EtcdTransaction::Expectation& expected) {
  out.set_key(expected.key);
  out.set_target(api::Compare::MOD);
  out.set_result(expected.revision ? api::Compare::EQUAL : api::Compare::GREATER);
  out.set_mod_revision(expected.revision.value_or(0));
}

api::TxnRequest request_of(const EtcdTransaction& transaction) {
  api::TxnRequest out;
  for (const auto& expected : transaction.expected) set(*out.add_compare(), expected);
  for (const auto& [key, value] : transaction.puts) {
    auto& put = *out.add_success()->mutable_request_put();
    put.set_key(key);
    put.set_value(value);
  }
  for (const std::string& key : transaction.removes)
    out.add_success()->mutable_request_delete_range()->set_key(key);
  for (const std::string& prefix : transaction.removed_prefixes) {
    auto& removed = *out.add_success()->mutable_request_delete_range();
    removed.set_key(prefix);
    removed.set_range_end(end_of_prefix(prefix));
  }
  return out;
}

}  // namespace

struct EtcdClient::Endpoint {
  explicit Endpoint(const EtcdEndpoint& from, const EtcdFiles& files)
      : name((from.tls ? "https://" : "http://") + from.address),
        channel(etcd_channel(from, files)),
        kv(api::KV::NewStub(channel)),
        watch(api::Watch::NewStub(channel)),
        lease(api::Lease::NewStub(channel)) {}

  const std::string name;
  const std::shared_ptr<grpc::Channel> channel;
  const std::unique_ptr<api::KV::Stub> kv;
  const std::unique_ptr<api::Watch::Stub> watch;
  const std::unique_ptr<api::Lease::Stub> lease;
};

struct EtcdClient::Watching {
  std::mutex mutex;
  grpc::ClientContext* context = nullptr;
  bool stopped = false;
};

EtcdClient::EtcdClient(const std::vector<EtcdEndpoint>& endpoints, const EtcdFiles& files)
    : watching_(std::make_unique<Watching>()) {
  for (const EtcdEndpoint& endpoint : endpoints)
    endpoints_.push_back(std::make_unique<Endpoint>(endpoint, files));
}

EtcdClient::~EtcdClient() = default;

EtcdClient::Endpoint& EtcdClient::current() const {
  return *endpoints_[at_.load(std::memory_order_relaxed) % endpoints_.size()];
}

std::string EtcdClient::endpoint() const {
  return current().name;
}

Status EtcdClient::failed(const char* what, Endpoint& endpoint, const grpc::Status& status) {
  const ErrorCode code = code_of(status.error_code());
  size_t at = at_.load(std::memory_order_relaxed);
  if (code == ErrorCode::kUnavailable && endpoints_[at % endpoints_.size()].get() == &endpoint)
    (void)at_.compare_exchange_strong(at, at + 1, std::memory_order_relaxed);
  return Error{code,
               std::string(what) + " at etcd " + endpoint.name + ": " + status.error_message()};
}

template <typename Call>
Status EtcdClient::call(const char* what, const Call& make) {
  Endpoint& endpoint = current();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  const grpc::Status status = make(endpoint, context);
  return status.ok() ? Status{} : failed(what, endpoint, status);
}

Result<std::optional<EtcdValue>> EtcdClient::get(const std::string& key) {
  api::RangeRequest request;
  request.set_key(key);
  api::RangeResponse response;
  Status done = call("read", [&](Endpoint& to, grpc::ClientContext& context) {
    return to.kv->Range(&context, request, &response);
  });
  if (!done) return std::move(done).error();
  if (response.kvs().empty()) return std::optional<EtcdValue>{};
  return std::optional{value_of(response.kvs(0))};
}

Result<std::vector<EtcdValue>> EtcdClient::list(const std::string& prefix, size_t limit,
                                                bool keys_only) {
  api::RangeRequest request;
  request.set_key(prefix);
  request.set_range_end(end_of_prefix(prefix));
  request.set_limit(static_cast<int64_t>(limit));
  request.set_keys_only(keys_only);
  api::RangeResponse response;
  Status done = call("list", [&](Endpoint& to, grpc::ClientContext& context) {
    return to.kv->Range(&context, request, &response);
  });
  if (!done) return std::move(done).error();
  std::vector<EtcdValue> out;
  for (const api::KeyValue& each : response.kvs()) out.push_back(value_of(each));
  return out;
}

Status EtcdClient::put(const std::string& key, const std::string& value, int64_t lease) {
  api::PutRequest request;
  request.set_key(key);
  request.set_value(value);
  request.set_lease(lease);
  api::PutResponse response;
  return call("write", [&](Endpoint& to, grpc::ClientContext& context) {
    return to.kv->Put(&context, request, &response);
  });
}

Result<bool> EtcdClient::commit(const EtcdTransaction& transaction) {
  const api::TxnRequest request = request_of(transaction);
  api::TxnResponse response;
  Status done = call("write", [&](Endpoint& to, grpc::ClientContext& context) {
    return to.kv->Txn(&context, request, &response);
  });
  if (!done) return std::move(done).error();
  return response.succeeded();
}

Result<int64_t> EtcdClient::lease(uint32_t seconds) {
  api::LeaseGrantRequest request;
  request.set_ttl(seconds);
  api::LeaseGrantResponse response;
  Status done = call("lease", [&](Endpoint& to, grpc::ClientContext& context) {
    return to.lease->LeaseGrant(&context, request, &response);
  });
  if (!done) return std::move(done).error();
  return response.id();
}

Result<bool> EtcdClient::keep_alive(int64_t lease) {
  api::LeaseKeepAliveRequest request;
  request.set_id(lease);
  api::LeaseKeepAliveResponse response;
  Status done = call("lease", [&](Endpoint& to, grpc::ClientContext& context) {
    auto stream = to.lease->LeaseKeepAlive(&context);
    if (stream->Write(request)) (void)stream->Read(&response);
    stream->WritesDone();
    return stream->Finish();
  });
  if (!done) return std::move(done).error();
  return response.ttl() > 0;
}

Status EtcdClient::watch(const std::vector<std::string>& prefixes,
                         const std::function<bool()>& changed) {
  Endpoint& endpoint = current();
  grpc::ClientContext context;
  {
    const std::lock_guard lock(watching_->mutex);
    if (watching_->stopped) return Error{ErrorCode::kUnavailable, "stopped"};
    watching_->context = &context;
  }
  auto stream = endpoint.watch->Watch(&context);
  bool going = true;
  for (const std::string& prefix : prefixes) {
    api::WatchRequest request;
    auto& create = *request.mutable_create_request();
    create.set_key(prefix);
    create.set_range_end(end_of_prefix(prefix));
    going = going && stream->Write(request);
  }
  api::WatchResponse response;
  // The first answers say that it watches: what changed before is to be looked at, too.
  while (going && stream->Read(&response)) going = !response.canceled() && changed();
  context.TryCancel();
  const grpc::Status ended = stream->Finish();
  {
    const std::lock_guard lock(watching_->mutex);
    watching_->context = nullptr;
  }
  return failed("watch", endpoint, ended);
}

void EtcdClient::stop_watching() {
  const std::lock_guard lock(watching_->mutex);
  watching_->stopped = true;
  if (watching_->context != nullptr) watching_->context->TryCancel();
}

std::string end_of_prefix(std::string prefix) {
  while (!prefix.empty()) {
    auto& last = reinterpret_cast<unsigned char&>(prefix.back());
    if (last != 0xff) {
      ++last;
      return prefix;
    }
    prefix.pop_back();
  }
  return std::string(1, '\0');  // all keys
}

}  // namespace bulkhead::control
