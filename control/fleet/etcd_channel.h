// SPDX-License-Identifier: Apache-2.0
// The connection to one etcd: mutual TLS with files that may be renewed, or plain on this machine.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "fleet/etcd_client.h"

namespace bulkhead::control {

std::shared_ptr<grpc::Channel> etcd_channel(const EtcdEndpoint& endpoint, const EtcdFiles& files);

}  // namespace bulkhead::control
