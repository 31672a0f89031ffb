/** The operations of the ECR API that the lab serves, with the name of each as a step for faults. */
export const operationSteps = {
  GetAuthorizationToken: 'authorization-token',
  DescribeRepositories: 'describe-repositories',
  CreateRepository: 'create-repository',
  DeleteRepository: 'delete-repository',
  ListImages: 'list-images',
  DescribeImages: 'describe-images',
  BatchGetImage: 'batch-get-image',
  PutImage: 'put-image',
  BatchDeleteImage: 'batch-delete-image',
} as const;

export type OperationName = keyof typeof operationSteps;
export type ControlPlaneStep = (typeof operationSteps)[OperationName];

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operationSteps, name);
}
